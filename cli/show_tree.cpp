#include <fmt/format.h>

#include <map>
#include <vector>

#include "cli/lists.hpp"
#include "cli/output/branches.hpp"
#include "cli/output/table.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"
#include "libcore/base/text.hpp"
#include "libcore/model/schedule.hpp"

namespace allot::cli {
namespace {

/// A group of a drawn tree.
struct Row {
  std::string path;
  std::vector<Cell> cells;
  bool is_leaf = false;
  std::string kind;
  std::map<std::string, std::size_t> folded;  // the number of folded children by kind
};

/// `120/250` for a restricted group, else `120`.
std::string describe_use(const AncestorPath& ancestors, ResourceId id, Day day) {
  const PathNode& group = ancestors.back();
  const std::int64_t used = group.allotted[id].at(day);
  if (!group.is_restricted()) return used == 0 ? "" : std::to_string(used);
  return fmt::format("{}/{}", used, bound_of(ancestors, ancestors.size() - 1, id, day).limit);
}

/// The last day on which a licence of the group is in force, if it ends.
std::string describe_end(const AncestorPath& ancestors) {
  std::optional<Day> latest;
  for (const License& license : ancestors.back().licenses) {
    const auto last = ancestors.back().is_restricted() ? last_day_of(ancestors, license) : std::nullopt;
    if (!last) return "";
    if (!latest || *last > *latest) latest = last;
  }
  return latest ? latest->to_string() : "";
}

Row make_row(const AncestorPath& ancestors, Day day) {
  const PathNode& group = ancestors.back();
  const Catalogue& catalogue = ancestors.catalogue();
  Row row{ancestors.path(), {}, group.children == 0, group.traits.kind, {}};
  row.cells = {{""}, {group.traits.kind}, {std::string{word_for(group.traits.restriction)}}};
  for (const ResourceId id : catalogue.counted_in_order()) row.cells.push_back({describe_use(ancestors, id, day)});
  row.cells.push_back({group.members == 0 ? "" : std::to_string(group.members)});
  row.cells.push_back({describe_end(ancestors)});
  row.cells.push_back({group.traits.suspended ? "suspended" : "", Style::red});
  return row;
}

/// Replaces the groups without children by their numbers in the rows of their parents.
std::vector<Row> fold_leaves(std::vector<Row> rows) {
  std::vector<Row> kept;
  std::map<std::string, std::size_t> by_path;
  for (Row& row : rows) {
    const std::size_t slash = row.path.rfind('/');
    const auto parent = by_path.find(slash == 0 ? "/" : row.path.substr(0, slash));
    if (row.is_leaf && row.path != "/" && parent != by_path.end()) {
      ++kept[parent->second].folded[row.kind];
      continue;
    }
    by_path[row.path] = kept.size();
    kept.push_back(std::move(row));
  }
  return kept;
}

std::string describe_folded(const Row& row) {
  std::vector<std::string> parts;
  for (const auto& [kind, count] : row.folded)
    parts.push_back(kind.empty() ? count_of(count, "group") : fmt::format("{} × {}", count, kind));
  return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

}  // namespace

void print_trees(const RootSelection& roots, std::optional<std::size_t> depth, const Filters& filters, FoldLeaves fold,
                 Context& context) {
  const auto view = context.view();
  const Catalogue& catalogue = view->catalogue();
  std::vector<Row> rows;
  for (const Path& path : roots.in(*view)) {
    walk_matches(*view, path, depth, filters,
                 [&](const AncestorPath& ancestors) { rows.push_back(make_row(ancestors, context.today())); });
  }
  if (fold == FoldLeaves::yes) rows = fold_leaves(std::move(rows));
  std::vector<Column> columns{{"group", Align::left, Wrap::path},
                              {"kind", Align::left, Wrap::words, 0, 2},
                              {"restriction", Align::left, Wrap::no, 2}};
  for (const ResourceId id : catalogue.counted_in_order()) {
    columns.push_back({catalogue.counted()[id].name, Align::right});
  }
  columns.push_back({"users", Align::right, Wrap::no, 1});
  columns.push_back({"until"});
  columns.push_back({"status", Align::left, Wrap::no, 0, 1});
  Table table{std::move(columns)};
  std::vector<std::string> paths;
  for (const Row& row : rows) paths.push_back(row.path);
  const std::vector<std::string> labels = draw_tree(paths);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].cells[0].text = labels[i] + describe_folded(rows[i]);
    table.add_row(rows[i].cells);
  }
  if (!table.is_empty()) {
    table.print(context.out(), context.out_capabilities());
  } else if (context.err_capabilities().is_terminal) {
    context.err() << "no group\n";
  }
}

}  // namespace allot::cli
