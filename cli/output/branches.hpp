#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// The rows of a drawn tree: the line-drawing prefix of each row and the path relative to the row above it in the tree.
/// `paths` are in path order; a path that is not below another one is drawn whole.
std::vector<std::string> draw_tree(const std::vector<std::string>& paths);

}  // namespace allot::cli
