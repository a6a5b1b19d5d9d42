#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/spool.hpp"
#include "libcore/query/view.hpp"

namespace allot::cli {

/// Figures of groups in a text that is valid both as OpenMetrics 1.0 and in the text format 0.0.4 of Prometheus;
/// allot-metrics(1). In both formats the samples of a metric stand together, so each metric has a spool of its own.
class Metrics {
 public:
  /// `streams` must outlive this object.
  explicit Metrics(const Streams& streams);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Reads the groups at `tops` and up to `depth` levels below them on `day`; throws not_found.
  void read(View& view, const std::vector<Path>& tops, std::size_t depth, Day day);

  /// Writes the text; sets the badbit of `out` on failure.
  void write(std::ostream& out) const;

 private:
  struct Family;

  void add_group(const AncestorPath& ancestors, Day day);

  std::vector<std::unique_ptr<Family>> families_;
};

}  // namespace allot::cli
