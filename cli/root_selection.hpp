#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "libcore/query/view.hpp"

namespace allot::cli {

/// The groups that a command starts from: the named group, else the topmost visible groups.
class RootSelection {
 public:
  /// Starts from the group that was named, if any.
  explicit RootSelection(std::optional<Path> named) : path_(std::move(named)) {}

  /// The root groups in `view`; throws not_found if no group is named and no group is visible.
  std::vector<Path> in(View& view) const { return path_ ? std::vector<Path>{*path_} : view.topmost(); }

 private:
  std::optional<Path> path_;
};

}  // namespace allot::cli
