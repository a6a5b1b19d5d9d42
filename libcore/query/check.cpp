#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/model/validation.hpp"
#include "libcore/query/check_history.hpp"
#include "libcore/query/view.hpp"

namespace allot {
namespace {

/// Compares the figures that the store keeps with those recomputed from its rows.
void check_figures(Store& store, const Tree& tree, const ValidationResult& validation, Faults& faults) {
  std::unordered_map<GroupId, Tree::Row> rows;
  rows.reserve(tree.groups().size());
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) rows.emplace(tree.groups()[row].id, row);
  const auto figures_of = [&](Tree::Row row) {
    return FiguresView{tree.count_children(row), tree.count_members(row), validation.ceilings[row],
                       validation.usages[row]};
  };
  const auto report = [&](Tree::Row row) {
    faults.add("figures", tree.path_of(row, "/"), "the figures that are kept differ from those of its rows");
  };
  std::vector<bool> is_kept(tree.groups().size(), false);
  store.for_each_figures([&](GroupId group, Figures&& figures) {
    const auto row = rows.find(group);
    if (row == rows.end()) {
      faults.add("figures", "", fmt::format("figures are kept for row {}, which is no group of the tree", group));
      return;
    }
    is_kept[row->second] = true;
    if (!(figures_of(row->second) == figures)) report(row->second);
  });
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    if (!is_kept[row] && !figures_of(row).is_zero()) report(row);
  }
}

/// Checks that every name and e-mail is one that could have been given.
void check_names(const Tree& tree, Faults& faults) {
  for (Tree::Row row = 1; row < tree.groups().size(); ++row) {
    const auto fault = find_fault_in_name(tree.groups()[row].name);
    if (fault) faults.add("names", tree.path_of(row, "/"), fmt::format("the group's name {}", *fault));
  }
  for (const Tree::License& license : tree.licenses()) {
    const auto fault = find_fault_in_name(license.name);
    if (!fault) continue;
    faults.add("names", tree.path_of(license.group, "/"),
               fmt::format("the license name {} {}", quote(license.name), *fault));
  }
  for (Tree::Row row = 0; row < tree.members().size(); ++row) {
    const Tree::Member& member = tree.members()[row];
    const auto fault = find_fault_in_email(member.email);
    if (fault) {
      faults.add("names", tree.path_of(member.group, "/"),
                 fmt::format("the e-mail {} {}", quote(member.email), *fault));
    }
  }
}

}  // namespace

CheckReport View::check() {
  authorizer_.authorize_company("check the store");
  CheckReport report;
  Faults faults{report};
  report.journal_mode = store().journal_mode();
  if (report_) report_("the file", 0, 0);
  for (std::string& damage : store().find_damage()) faults.add("damage", "", std::move(damage));
  report.size = store().size();
  if (report.total > 0) return report;
  const Tree tree = load_tree(store(), kRootGroup, report_);
  const auto groups = static_cast<std::int64_t>(tree.groups().size());
  if (groups != report.size.groups) {
    faults.add("damage", "", fmt::format("{} groups hang below no company", report.size.groups - groups));
  }
  if (tree.groups()[0].traits.restriction == Restriction::shared) faults.add("groups", "/", "the company is shared");
  const ParentContext parent_context{"/", nullptr, {}, nullptr};
  std::future<ValidationResult> judging = validate(tree, parent_context, catalogue(), engine_.today());
  check_names(tree, faults);
  const ValidationResult validation = judging.get();
  check_figures(store(), tree, validation, faults);
  if (report_) report_("the log", 0, 0);
  check_history(store(), faults);
  faults.add(validation.violation_report.violations());
  return report;
}

}  // namespace allot
