#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/values.hpp"
#include "libcore/query/view.hpp"

namespace allot::cli {

/// The groups that a command starts from: the named group, else the topmost visible groups.
class RootSelection {
 public:
  /// Throws usage if `named` is not a path.
  explicit RootSelection(const std::optional<std::string>& named) {
    if (named) path_ = parse_path(named);
  }

  /// The root groups in `view`; throws not_found if no group is named and no group is visible.
  std::vector<Path> in(View& view) const { return path_ ? std::vector<Path>{*path_} : view.topmost(); }

 private:
  std::optional<Path> path_;
};

}  // namespace allot::cli
