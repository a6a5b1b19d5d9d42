#include "cli/output/branches.hpp"

#include <algorithm>

namespace allot::cli {
namespace {

bool is_below(std::string_view path, std::string_view above) {
  if (above == "/") return path != "/";
  return path.size() > above.size() && path.starts_with(above) && path[above.size()] == '/';
}

}  // namespace

std::vector<std::string> draw_tree(const std::vector<std::string>& paths) {
  std::vector<std::string> texts(paths.size());
  std::vector<std::size_t> levels(paths.size());
  std::vector<std::string_view> above;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    while (!above.empty() && !is_below(paths[i], above.back())) above.pop_back();
    levels[i] = above.size();
    const std::size_t known = above.empty() ? 0 : above.back() == "/" ? 1 : above.back().size() + 1;
    texts[i] = paths[i].substr(known);
    above.push_back(paths[i]);
  }
  std::vector<bool> goes_on;  // for each level, whether another row with the same parent follows
  for (std::size_t i = paths.size(); i-- > 0;) {
    const std::size_t level = levels[i];
    goes_on.resize(std::max(goes_on.size(), level + 1), false);
    std::string branch;
    for (std::size_t each = 1; each < level; ++each) branch += goes_on[each] ? "│  " : "   ";
    if (level > 0) branch += goes_on[level] ? "├─ " : "└─ ";
    texts[i].insert(0, branch);
    goes_on[level] = true;
    goes_on.resize(level + 1);
  }
  return texts;
}

}  // namespace allot::cli
