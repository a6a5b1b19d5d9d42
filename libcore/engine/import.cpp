#include "libcore/engine/import.hpp"

#include <fmt/format.h>

#include <future>
#include <utility>

#include "libcore/engine/import_merge.hpp"
#include "libcore/engine/import_rights.hpp"
#include "libcore/engine/import_saving.hpp"
#include "libcore/engine/judgement.hpp"

namespace allot {
namespace {

/// Adds what the files add to the catalogue.
void add_entries(Write& write, const Document& document) {
  const Catalogue& read = document.catalogue;
  for (std::size_t i = document.known_counted; i < read.counted().size(); ++i) {
    const CountedResource& entry = read.counted()[i];
    std::optional<std::string> required;
    if (entry.requires_id) required = read.counted()[*entry.requires_id].name;
    write.add_counted(entry.name, required);
  }
  for (std::size_t i = document.known_features; i < read.features().size(); ++i) write.add_feature(read.features()[i]);
}

/// Looks users up in the store; without a query where it has none.
FindPerson find_in(Store& store, Sight& sight) {
  if (!store.has_users()) return [](std::string_view) { return Person{}; };
  return [&sight](std::string_view email) {
    Person person;
    for (const auto& [group, membership] : sight.memberships_of(email)) {
      if (person.email.empty()) person.email = membership.email;
      if (person.name.empty()) person.name = membership.name;
    }
    return person;
  };
}

/// What the store has where a file goes.
struct Standing {
  Chain target;
  Tree tree;
};

/// Loads it in a thread of its own, as the files can be read meanwhile; nobody else may use the store until it is
/// there.
std::future<Standing> load_standing(Store& store, Sight& sight, const Path& into) {
  return std::async(std::launch::async | std::launch::deferred, [&] {
    Chain target = sight.chain(into);
    Tree tree = load_tree(store, target.back().id);
    return Standing{std::move(target), std::move(tree)};
  });
}

void note_newly_restricted(Write& write, const Merge& merge, const Path& into) {
  const Tree& tree = merge.tree();
  for (const Tree::Row row : merge.newly_restricted()) {
    std::vector<std::string> kept;
    tree.for_each_license(row, [&](Tree::Row license) {
      if (merge.fate_of_license(license) != Merge::Fate::created) kept.emplace_back(tree.licenses()[license].name);
    });
    const std::string path = tree.path_of(row, into.to_string());
    write.note(fmt::format("{} was not restricted and is now reserved", path));
    if (kept.empty()) continue;
    write.note(fmt::format("kept licenses of {} come into force: {}", path, fmt::join(kept, ", ")));
  }
}

}  // namespace

Violations import_hierarchy(Write& write, const std::vector<Input>& inputs, const ImportOptions& options) {
  Store& store = write.store();
  const Catalogue& known = write.catalogue();
  std::future<Standing> loading = load_standing(store, write.sight_, options.into);
  const Document document = read_hierarchy(inputs, known, Target{options.into.is_root(), options.into.depth()});
  Standing standing = loading.get();
  const Chain& target = standing.target;
  add_entries(write, document);
  Chain above{write.catalogue()};
  if (!options.into.is_root()) above = target.above();
  Foothold foothold{options.into.to_string(), nullptr, {}, nullptr};
  if (above.size() > 0) foothold.offer = above.find_offer();
  if (foothold.offer != nullptr) foothold.offer_path = above.path_of(*above.find_restricted(above.size() - 1));

  const bool may_change_top = above.size() == 0 || above.back().power == Power::administer;
  const TopGroup top = may_change_top ? TopGroup::pruned : TopGroup::left;
  const Merge merge{std::move(standing.tree), document, options.prune, top, find_in(store, write.sight_)};
  const Permit permit = require_rights(write.sight_, target, merge);
  const Tree& tree = merge.tree();
  if (options.report) options.report("checking", 0, 0);
  std::future<Judgement> judging = judge(tree, foothold, write.catalogue(), write.today());
  note_newly_restricted(write, merge, options.into);
  ImportSaving saving{write, permit, merge, target, options.report};
  saving.save_rows();
  Judgement judgement = judging.get();
  if (above.size() > 0) {
    Tally change = taken_by(tree, judgement.tallies, 0, write.catalogue());
    Allowance allowance{write.today()};
    allowance.takes(change);
    change.add(target.back().taken(), -1);
    write.allot(above, above.size() - 1, change, allowance, judgement.verdict);
    const Restriction restriction = tree.groups()[0].traits.restriction;
    const std::int64_t ceilings = pass_ceilings(restriction, judgement.ceilings[0]);
    const Link& before = target.back();
    write.count_ceilings(above, above.size() - 1, ceilings - pass_ceilings(before.traits.restriction, before.ceilings));
  }
  saving.save_figures(judgement.tallies, judgement.ceilings);
  return judgement.verdict.violations();
}

}  // namespace allot
