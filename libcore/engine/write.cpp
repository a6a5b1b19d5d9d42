#include "libcore/engine/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/engine/entry_changes.hpp"
#include "libcore/engine/holders.hpp"
#include "libcore/engine/undo.hpp"
#include "libcore/model/tree_check.hpp"

namespace allot {
Write::Write(Engine& engine, DryRun dry_run, std::size_t most_changes)
    : engine_(engine),
      transaction_(engine.store_, Store::Transaction::Kind::write),
      sight_(engine.store_, engine.today(), engine.actor()),
      dry_run_(dry_run),
      most_changes_(most_changes) {
  for (const auto& [group, power] : sight_.scope()->entries()) actor_groups_.push_back(group);
}

Counters& Write::counters_of(Op op) {
  switch (op) {
    case Op::create:
      return outcome_.created;
    case Op::update:
      return outcome_.updated;
    case Op::remove:
      return outcome_.removed;
    case Op::keep:
      break;
  }
  return outcome_.unchanged;
}

void Write::undo(std::optional<std::int64_t> revision) {
  const std::int64_t newest = newest_visible_revision(store(), sight_);
  Undo{*this, revision.value_or(newest)}.run();
}

PrunedLog Write::prune_log(std::int64_t before) {
  sight_.permit_company("prune the log");
  require_current();
  const std::int64_t pruned = store().pruned_revision();
  std::int64_t first_kept = store().revision() + 1;
  store().for_each_entry([&](StoredEntry&& entry) {
    if (entry.time >= before) first_kept = entry.revision;
    return true;
  });
  const PrunedLog result{first_kept - 1 - pruned, first_kept};
  if (result.entries == 0 || dry_run_ == DryRun::yes) return result;
  store().prune_log(first_kept - 1);
  transaction_.commit();
  return result;
}

void Write::guard(std::int64_t revision) {
  guarded_ = revision;
  first_revision_ = newest_visible_revision(store(), sight_);
}

void Write::require_current() {
  if (guarded_ && first_revision_ != *guarded_) throw changed_revision(first_revision_, *guarded_);
}

Error changed_revision(std::int64_t revision, std::int64_t guarded) {
  return Error::changed(fmt::format("the store is at revision {}, not {}", revision, guarded),
                        "look at what changed with `allot log`, and plan anew");
}

void Write::coalesce() {
  if (!store().has_repeated_changes() && !reads_changes_) return;
  store().settle_versions();
  for (const What what : {What::group, What::license, What::membership, What::catalog, What::mail_template}) {
    const auto counts = store().count_versions(what);
    outcome_.created.of(what) = counts.created;
    outcome_.updated.of(what) = counts.updated;
    outcome_.removed.of(what) = counts.removed;
  }
  outcome_.changes.clear();
  const auto total = outcome_.created.total() + outcome_.updated.total() + outcome_.removed.total();
  outcome_.has_all_changes = static_cast<std::size_t>(total) <= most_changes_;
  if (!outcome_.has_all_changes) return;
  const Scope everything;
  EntryChanges changes{store(), store().next_revision(), store().created_groups(), everything};
  outcome_.changes = changes.list();
  outcome_.catalogue = changes.catalogue();
}

Outcome Write::commit() {
  require_current();
  outcome_.is_dry_run = dry_run_ == DryRun::yes;
  outcome_.catalogue = catalogue();
  coalesce();
  sort_changes(outcome_.changes);
  if (outcome_.is_dry_run || !outcome_.has_changes()) {
    outcome_.revision = newest_visible_revision(store(), sight_);
    return std::move(outcome_);
  }
  outcome_.revision = store().next_revision();
  const bool has_memberships = outcome_.created.memberships + outcome_.updated.memberships > 0;
  if (has_memberships && engine_.actor()) store().note_spellings();
  const StoredEntry entry = add_entry();
  try {
    transaction_.commit();
  } catch (const Error&) {
    // SQLite also reports what failed after it had committed, in letting go of its locks.
    if (transaction_.is_open() || !is_saved(entry)) throw;
  }
  return std::move(outcome_);
}

bool Write::is_saved(const StoredEntry& entry) {
  try {
    const auto found = store().find_entry(entry.revision);
    return found && found->time == entry.time && found->login == entry.login && found->actor == entry.actor &&
           found->command == entry.command && found->changes == entry.changes;
  } catch (const Error&) {
    return false;
  }
}

StoredEntry Write::add_entry() {
  const Origin& origin = engine_.origin();
  StoredEntry entry;
  entry.revision = outcome_.revision;
  entry.time = origin.now();
  entry.login = origin.login;
  entry.actor = engine_.actor();
  entry.actor_groups = actor_groups_;
  entry.via = static_cast<int>(origin.via);
  entry.command = origin.command;
  entry.changes = outcome_.created.total() + outcome_.updated.total() + outcome_.removed.total();
  store().add_entry(entry);
  return entry;
}

void Write::save_figures(const Link& link) {
  store().set_figures(link.id, {link.children, link.members, link.ceilings, link.allotted});
}

void Write::count_ceilings(Chain& chain, std::size_t at, std::int64_t change) {
  chain.count_ceilings(at, change, [&](std::size_t place) { save_figures(chain[place]); });
}

void Write::allot(Chain& chain, std::size_t at, const Tally& change, Allowance& allowance, Verdict& verdict) {
  std::vector<std::size_t> touched;
  chain.allot(at, change, [&](std::size_t place) { touched.push_back(place); });
  const auto nearest = chain.find_restricted(at);
  for (const std::size_t place : touched) {
    save_figures(chain[place]);
    if (place == nearest) allowance.drawn_from(*chain[place].offer);
    if (chain[place].is_restricted()) allowance.bound_by(chain[place].allotted, *chain[place].offer);
  }
  for (const std::size_t place : touched) {
    const Link& link = chain[place];
    if (!link.is_restricted()) continue;
    Findings findings;
    check_limits(link.allotted, *link.offer, today(), findings);
    for (Finding& finding : findings) {
      allowance.complete(finding);
      if (!chain.is_visible(place)) {
        if (allowance.by().empty()) finding.accepted = allowance.left_of(finding);
        verdict.add(finding, chain.path_of(place), allowance.by());
        continue;
      }
      if (allowance.by().empty()) finding.accepted = finding.limit;
      verdict.add(finding, chain.path_of(place), allowance.by(),
                  find_holders(store(), chain, place, finding.item->id, finding.span.from));
    }
  }
}

void Write::judge_subtree(const Path& path, Chain above, const Tally& taken_before, Allowance& allowance,
                          Verdict& verdict) {
  Foothold foothold{path.to_string(), nullptr, {}, &allowance};
  GroupId top = kRootGroup;
  if (above.size() > 0) {
    foothold.offer = above.find_offer();
    if (foothold.offer != nullptr) foothold.offer_path = above.path_of(*above.find_restricted(above.size() - 1));
    top = store().find_group(above.back().id, path.name())->id;
  }
  const Tree tree = load_tree(store(), top, report_);
  const Tallies tallies{tree, catalogue()};
  check_tree(tree, tallies, foothold, catalogue(), today(), verdict);
  if (above.size() == 0) return;
  Tally change = taken_by(tree, tallies, 0, catalogue());
  allowance.takes(change);
  change.add(taken_before, -1);
  allot(above, above.size() - 1, change, allowance, verdict);
}

void apply(const GrantChange& said, const Catalogue& catalogue, Grant& grant) {
  for (const auto& [name, count] : said.counts) grant.counts.set(get_counted(catalogue, name), count);
  for (const std::string& name : said.added_features) grant.features.add(get_feature(catalogue, name));
  for (const std::string& name : said.dropped_features) grant.features.remove(get_feature(catalogue, name));
  if (said.from) grant.period.from = *said.from;
  if (said.until) grant.period.until = *said.until;
}

}  // namespace allot
