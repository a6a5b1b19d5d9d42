#include <fmt/format.h>

#include <future>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/model/validation.hpp"
#include "libcore/query/check_history.hpp"
#include "libcore/query/view.hpp"

namespace allot {
namespace {

/// Compares the stored figures with figures computed from the rows.
void check_figures(Store& store, const Tree& tree, const ValidationResult& validation, Faults& faults) {
  std::unordered_map<GroupId, Tree::Row> rows;
  rows.reserve(tree.groups().size());
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) rows.emplace(tree.groups()[row].id, row);
  const auto figures_of = [&](Tree::Row row) {
    return Figures{tree.count_children(row), tree.count_members(row), validation.ceilings[row], validation.usages[row]};
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

/// Checks that every name, kind, type and e-mail is valid.
void check_texts(const Tree& tree, Faults& faults) {
  const auto check = [&](Tree::Row group, const char* what, std::string_view text,
                         const std::optional<std::string>& fault) {
    if (fault) faults.add("names", tree.path_of(group, "/"), fmt::format("the {} {} {}", what, quote(text), *fault));
  };
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    const Tree::Group& group = tree.groups()[row];
    if (row > 0) check(row, "group's name", group.name, find_fault_in_name(group.name));
    const std::string& kind = tree.traits(row).kind;
    if (!kind.empty()) check(row, "kind", kind, find_fault_in_text(kind));
  }
  for (Tree::Row row = 0; row < tree.licenses().size(); ++row) {
    const LicenseView license = tree.license_view(row);
    const Tree::Row group = tree.licenses()[row].group;
    check(group, "license name", license.name, find_fault_in_name(license.name));
    check(group, "license type", license.type, find_fault_in_text(license.type));
  }
  for (Tree::Row row = 0; row < tree.members().size(); ++row) {
    const MembershipView member = tree.membership_view(row);
    const Tree::Row group = tree.members()[row].group;
    check(group, "e-mail", member.email, find_fault_in_email(member.email));
    check(group, "user's name", member.name, find_fault_in_text(member.name));
  }
}

/// Runs the checks of the file beside the other checks, on a connection of its own: the lock of the view keeps writers
/// out, so that both see the same store. Returns nothing if the store cannot be opened a second time, as while a writer
/// waits for the view, which lets no other reader begin.
std::future<std::optional<std::vector<std::string>>> find_damage(Store& store) {
  const bool is_in_write = store.next_revision() > 0;  // whose rows its own connection alone sees
  return std::async(is_in_write ? std::launch::deferred : std::launch::async | std::launch::deferred,
                    [is_in_write, &store]() -> std::optional<std::vector<std::string>> {
                      if (is_in_write) return std::nullopt;
                      try {
                        const std::unique_ptr<Store> other = store.open_again();
                        if (!other) return std::nullopt;
                        const Store::Transaction transaction{*other, Store::Transaction::Kind::read};
                        return other->find_damage();
                      } catch (const Error&) {
                        return std::nullopt;
                      }
                    });
}

}  // namespace

/// Checks the rows, which may be those of a damaged file.
CheckReport View::check_rows() {
  CheckReport report;
  Faults faults{report};
  report.journal_mode = store().journal_mode();
  report.size = store().size();
  const Tree tree = load_tree(store(), kRootGroup, report_);
  const auto groups = static_cast<std::int64_t>(tree.groups().size());
  if (groups != report.size.groups) {
    faults.add("damage", "", fmt::format("{} groups hang below no company", report.size.groups - groups));
  }
  if (tree.restriction(0) == Restriction::shared) faults.add("groups", "/", "the company is shared");
  const ParentContext parent_context{"/", nullptr, {}, nullptr};
  std::future<ValidationResult> validating = validate(tree, parent_context, catalogue(), engine_.today());
  check_texts(tree, faults);
  const ValidationResult validation = validating.get();
  check_figures(store(), tree, validation, faults);
  if (report_) report_("the log", 0, 0);
  check_history(store(), faults);
  faults.add(validation.violation_report.violations());
  return report;
}

CheckReport View::check() {
  authorizer_.authorize_company("check the store");
  auto damaging = find_damage(store());
  CheckReport report;
  std::optional<Error> error;
  try {
    report = check_rows();
  } catch (const Error& fault) {
    error = fault;
  }
  auto found = damaging.get();
  std::vector<std::string> damage = found ? *std::move(found) : store().find_damage();
  if (damage.empty() && error) throw *error;
  if (damage.empty()) return report;
  CheckReport damaged;  // what the rows of a damaged file say means nothing
  damaged.journal_mode = store().journal_mode();
  damaged.size = store().size();
  Faults faults{damaged};
  for (std::string& each : damage) faults.add("damage", "", std::move(each));
  return damaged;
}

}  // namespace allot
