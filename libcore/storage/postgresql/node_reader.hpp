#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/postgresql/row_cache.hpp"
#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/usage_column.hpp"

namespace allot {

/// Reads groups with their licences and figures from the rows of a query: the columns of a group, those of a licence,
/// which are null where the group has none, and `children, members, ceilings, allotted` unless `counted_rows` is null.
/// The rows of a group follow each other.
template <typename Rows>
class NodeReader {
 public:
  NodeReader(Rows& rows, GrantColumns& grants, const std::vector<std::int64_t>* counted_rows)
      : rows_(rows), grants_(grants), counted_rows_(counted_rows), has_row_(rows.step()) {}

  /// Returns the next group.
  std::optional<CachedGroup> next() {
    if (!has_row_) return std::nullopt;
    CachedGroup node{read_group(rows_), {}, {}};
    if (counted_rows_ != nullptr) {
      node.figures.emplace();
      if (!rows_.is_null(kFigures)) {
        node.figures = Figures{rows_.integer(kFigures), rows_.integer(kFigures + 1), rows_.integer(kFigures + 2),
                               read_usage(rows_.bytes(kFigures + 3), *counted_rows_)};
      }
    }
    do {
      if (!rows_.is_null(kLicense)) node.licenses.push_back(read_license(rows_, kLicense, grants_));
      has_row_ = rows_.step();
    } while (has_row_ && rows_.integer(0) == node.group.id);
    return node;
  }

 private:
  static constexpr int kLicense = 12;
  static constexpr int kFigures = 19;

  Rows& rows_;
  GrantColumns& grants_;
  const std::vector<std::int64_t>* counted_rows_;
  bool has_row_;
};

}  // namespace allot
