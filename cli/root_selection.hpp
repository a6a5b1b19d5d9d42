#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/values.hpp"
#include "libcore/query/view.hpp"

namespace allot::cli {

/// The groups that a command begins with: the one that it names, else the topmost that there are in sight.
class RootSelection {
 public:
  /// Throws usage where `named` is no path.
  explicit RootSelection(const std::optional<std::string>& named) {
    if (named) path_ = parse_path(named);
  }

  /// Those of `view`; throws not_found where nothing is named and none is in sight.
  std::vector<Path> in(View& view) const { return path_ ? std::vector<Path>{*path_} : view.topmost(); }

 private:
  std::optional<Path> path_;
};

}  // namespace allot::cli
