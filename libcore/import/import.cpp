#include "libcore/import/import.hpp"

#include <fmt/format.h>

#include <future>
#include <utility>

#include "libcore/access/lookup.hpp"
#include "libcore/edit/catalogue.hpp"
#include "libcore/edit/checks.hpp"
#include "libcore/edit/refusal.hpp"
#include "libcore/edit/removal_limit.hpp"
#include "libcore/import/asking.hpp"
#include "libcore/import/merge.hpp"
#include "libcore/import/permissions.hpp"
#include "libcore/import/saving.hpp"
#include "libcore/model/validation.hpp"

namespace allot {
namespace {

/// Adds the catalogue entries that the files declare.
void add_entries(Write& write, const Document& document) {
  const Catalogue& read = document.catalogue;
  for (std::size_t i = document.known_counted; i < read.counted().size(); ++i) {
    const CountedResource& entry = read.counted()[i];
    std::optional<std::string> required;
    if (entry.requires_id) required = read.counted()[*entry.requires_id].name;
    add_counted(write, entry.name, required);
  }
  for (std::size_t i = document.known_features; i < read.features().size(); ++i) add_feature(write, read.features()[i]);
}

/// Returns what looks users up in the store; it runs no query if the store has no users.
People people_of(StoreReader& store, Authorizer& authorizer) {
  if (!store.has_users()) return {[](std::string_view) { return Person{}; }, {}};
  const auto find = [&authorizer](std::string_view email) {
    Person person;
    for (const auto& [group, membership] : authorizer.memberships_of(email)) {
      if (person.email.empty()) person.email = membership.email;
      if (person.name.empty()) person.name = membership.name;
    }
    return person;
  };
  return {find, [&store](std::string_view email) { store.expect_user(email); }};
}

/// The current state of the target subtree.
struct Standing {
  AncestorPath target;
  Tree tree;
};

/// Loads the state in a separate thread while the files are read. No other code may use the store before the result is
/// available.
std::future<Standing> load_standing(StoreReader& store, Authorizer& authorizer, const Path& into) {
  return std::async(std::launch::async | std::launch::deferred, [&] {
    AncestorPath target = authorizer.ancestors(into);
    Tree tree = load_tree(store, target.back().id);
    return Standing{std::move(target), std::move(tree)};
  });
}

void note_newly_restricted(Write& write, const Merge& merge, const Path& into) {
  const Tree& tree = merge.tree();
  for (const Tree::Row row : merge.newly_restricted()) {
    std::vector<std::string> kept;
    tree.for_each_license(row, [&](Tree::Row license) {
      if (merge.fate_of_license(license) != Merge::RowFate::created) kept.emplace_back(tree.licenses()[license].name);
    });
    const std::string path = tree.path_of(row, into.to_string());
    write.note(fmt::format("{} becomes reserved; it was not restricted", path));
    if (kept.empty()) continue;
    write.note(fmt::format("kept licenses of {} come into force: {}", path, fmt::join(kept, ", ")));
  }
}

}  // namespace

ImportResult import_hierarchy(Write& write, const std::vector<Input>& inputs, const ImportOptions& options) {
  StoreReader& store = write.rows();
  const Catalogue& known = write.catalogue();
  std::future<Standing> loading = load_standing(store, write.authorizer(), options.into);
  const Document document = read_hierarchy(inputs, known, Target{options.into.is_root(), options.into.depth()});
  Standing standing = loading.get();
  const AncestorPath& target = standing.target;
  ImportResult result;
  result.items_before = count_items(standing.tree);
  add_entries(write, document);
  AncestorPath above{write.catalogue()};
  if (!options.into.is_root()) above = target.above();
  const ParentContext parent_context = context_below(options.into, above);
  const bool may_change_top = above.size() == 0 || above.back().access == AccessLevel::administer;
  const TopGroup top = may_change_top ? TopGroup::pruned : TopGroup::left;
  const Merge merge{std::move(standing.tree), document, options.prune, top, people_of(store, write.authorizer())};
  const Authorization authorization = require_permissions(write.authorizer(), target, merge);
  const Tree& tree = merge.tree();
  if (options.report) options.report("checking", 0, 0);
  std::future<ValidationResult> validating = validate(tree, parent_context, write.catalogue(), write.today());
  note_newly_restricted(write, merge, options.into);
  ImportSaving saving{write, authorization, merge, target, options.report};
  saving.save_rows();
  ValidationResult validation = validating.get();
  if (above.size() > 0) {
    Usage change = used_by(tree, validation.usages, 0, write.catalogue());
    Headroom headroom{write.today()};
    headroom.takes(change);
    change.add(target.back().taken(), -1);
    allot(write, above, above.size() - 1, change, headroom, validation.violation_report);
    const Restriction restriction = tree.restriction(0);
    const std::int64_t ceilings = pass_ceilings(restriction, validation.ceilings[0]);
    count_ceilings(write, above, above.size() - 1, ceilings - passed_ceilings(target.back()));
  }
  if (!validation.violation_report.is_clean()) {
    Violations& violations = validation.violation_report.violations();
    add_asking(merge, options.into, write.catalogue(), write.today(), violations);
    add_idle(write, violations);
  }
  saving.save_figures(validation.usages, validation.ceilings);
  result.removed = merge.count_removed();
  result.violations = std::move(validation.violation_report.violations());
  return result;
}

}  // namespace allot
