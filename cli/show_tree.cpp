#include <fmt/format.h>

#include <vector>

#include "cli/output/table.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"

namespace allot::cli {
namespace {

/// A group of a drawn tree.
struct Row {
  std::size_t level = 0;
  std::string name;
  std::string details;
  bool is_suspended = false;
};

std::string describe(const AncestorPath& ancestors) {
  const PathNode& group = ancestors.back();
  std::vector<std::string> parts;
  if (!group.traits.kind.empty()) parts.push_back(group.traits.kind);
  parts.emplace_back(word_for(group.traits.restriction));
  for (const License& license : group.licenses) {
    parts.push_back(fmt::format("{}: {}", license.name, describe_counts(license.grant.counts, ancestors.catalogue())));
  }
  if (group.members > 0) parts.push_back(fmt::format("users: {}", group.members));
  return fmt::format("{}", fmt::join(parts, "; "));
}

/// The line-drawing prefix of each row, built from the last row up.
std::vector<std::string> draw_branches(const std::vector<Row>& rows) {
  std::vector<std::string> branches(rows.size());
  std::vector<bool> goes_on;  // for each level, whether another row with the same parent follows
  for (std::size_t i = rows.size(); i-- > 0;) {
    const std::size_t level = rows[i].level;
    goes_on.resize(std::max(goes_on.size(), level + 1), false);
    std::string branch;
    for (std::size_t above = 1; above < level; ++above) branch += goes_on[above] ? "│  " : "   ";
    if (level > 0) branch += goes_on[level] ? "├─ " : "└─ ";
    branches[i] = std::move(branch);
    goes_on[level] = true;
    goes_on.resize(level + 1);
  }
  return branches;
}

}  // namespace

void print_trees(const RootSelection& roots, std::optional<std::size_t> depth, Context& context) {
  const auto view = context.view();
  std::vector<Row> rows;
  for (const Path& path : roots.in(*view)) {
    view->walk(path, depth, [&](const AncestorPath& ancestors) {
      const std::size_t level = ancestors.size() - path.depth() - 1;
      rows.push_back({level, level == 0 ? ancestors.path() : ancestors.back().name, describe(ancestors),
                      ancestors.back().traits.suspended});
    });
  }
  const std::vector<std::string> branches = draw_branches(rows);
  Table table{{{"group", Align::left, Shrink::end}, {"is", Align::left, Shrink::end}, {""}}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    table.add_row(
        {{branches[i] + rows[i].name}, {rows[i].details}, {rows[i].is_suspended ? "suspended" : "", Style::red}});
  }
  table.print(context.out(), context.out_capabilities());
}

}  // namespace allot::cli
