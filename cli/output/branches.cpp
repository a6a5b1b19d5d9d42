#include "cli/output/branches.hpp"

#include <algorithm>

namespace allot::cli {
namespace {

constexpr std::size_t kIndent = 2;

/// A path in a tree: the number of paths above it, and the part that they do not say.
struct Place {
  std::size_t level = 0;
  std::string_view name;
};

/// Whether a path is at or below another one.
bool is_at_or_below(std::string_view path, std::string_view above) {
  if (above == "/" || path == above) return true;
  return path.size() > above.size() && path.starts_with(above) && path[above.size()] == '/';
}

/// Returns the places of paths; one that is equal to the path before has an empty name.
template <typename Paths>
std::vector<Place> find_places(const Paths& paths) {
  std::vector<Place> places;
  std::vector<std::string_view> above;
  for (const std::string_view path : paths) {
    while (!above.empty() && !is_at_or_below(path, above.back())) above.pop_back();
    if (!above.empty() && above.back() == path) {
      places.push_back({above.size() - 1, {}});
      continue;
    }
    const std::size_t known = above.empty() ? 0 : above.back() == "/" ? 1 : above.back().size() + 1;
    places.push_back({above.size(), path.substr(known)});
    above.push_back(path);
  }
  return places;
}

}  // namespace

std::vector<std::string> make_outline(const std::vector<std::string_view>& paths) {
  std::vector<std::string> texts;
  for (const Place& place : find_places(paths)) {
    const std::size_t indent = place.name.empty() ? 0 : place.level * kIndent;
    texts.push_back(std::string(indent, ' ') + std::string{place.name});
  }
  return texts;
}

std::vector<std::string> draw_tree(const std::vector<std::string>& paths) {
  const std::vector<Place> places = find_places(paths);
  std::vector<std::string> texts(paths.size());
  std::vector<bool> goes_on;  // for each level, whether another row with the same parent follows
  for (std::size_t i = paths.size(); i-- > 0;) {
    const std::size_t level = places[i].level;
    goes_on.resize(std::max(goes_on.size(), level + 1), false);
    for (std::size_t each = 1; each < level; ++each) texts[i] += goes_on[each] ? "│  " : "   ";
    if (level > 0) texts[i] += goes_on[level] ? "├─ " : "└─ ";
    texts[i] += places[i].name;
    goes_on[level] = true;
    goes_on.resize(level + 1);
  }
  return texts;
}

}  // namespace allot::cli
