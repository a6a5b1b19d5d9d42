#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// The rows of an outline, and of a drawn tree with line-drawing characters: each path relative to the nearest path
/// above it among the earlier ones. `paths` are in path order; a path that is not below another one is whole. In an
/// outline a path that is equal to the one before is empty; a drawn tree has no equal paths.
std::vector<std::string> make_outline(const std::vector<std::string_view>& paths);
std::vector<std::string> draw_tree(const std::vector<std::string>& paths);

}  // namespace allot::cli
