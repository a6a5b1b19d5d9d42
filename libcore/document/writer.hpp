#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/catalogue.hpp"
#include "libcore/model/hierarchy.hpp"

namespace allot {

/// Writes a hierarchy in the canonical form of allot-hierarchy(5) as a stream: open a group, write its licences by
/// name, its members by e-mail and its child groups by name, close the group.
class HierarchyWriter {
 public:
  /// Writes to `out`, whose errors the caller must check; `out` and `catalogue` must outlive the writer.
  HierarchyWriter(std::ostream& out, const Catalogue& catalogue);

  /// Begins the file with the exported group; `has_licenses` says whether licences follow.
  void open_root(const GroupTraits& traits, bool has_licenses);
  void open_group(std::string_view name, const GroupTraits& traits, bool has_licenses);
  void write(const License& license);
  void write(const MembershipView& membership);
  void close_group();

 private:
  enum class Section { none, licenses, users, groups };
  struct Level {
    bool is_empty = true;
    Section section = Section::none;
  };

  void write_catalogue();
  void write_traits(const GroupTraits& traits, bool has_licenses);
  void begin_line(std::size_t indent);
  void begin_entry(Section section, std::string_view word, std::string_view name);
  void add_to_flow(std::string_view key, std::string_view value);
  void add_counts(const Counts& counts);
  void add_features(const Features& features);
  void add_period(const Period& period);
  void add_labels(const Labels& labels);
  void flush();

  std::ostream& out_;
  const Catalogue& catalogue_;
  std::vector<ResourceId> counted_order_;
  std::vector<FeatureId> features_order_;
  std::vector<Level> levels_;
  std::string text_;  // output that is not written yet
};

/// Returns `text`, which must be UTF-8, as a YAML scalar: plain if every YAML reader reads it as this text, else in
/// double quotes.
std::string to_yaml_scalar(std::string_view text);

/// Returns the value of `before` of a reminder: a number, or a list of several.
std::string to_yaml(const LeadTimes& before);

}  // namespace allot
