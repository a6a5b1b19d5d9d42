#include "libcore/edit/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/access/holders.hpp"
#include "libcore/edit/undo.hpp"
#include "libcore/history/entry_changes.hpp"
#include "libcore/model/tree_check.hpp"

namespace allot {
Write::Write(Engine& engine, DryRun dry_run, std::size_t most_changes)
    : engine_(engine),
      transaction_(engine.store_, Store::Transaction::Kind::write),
      authorizer_(engine.store_, engine.today(), engine.actor()),
      dry_run_(dry_run),
      most_changes_(most_changes) {
  for (const auto& [group, access] : authorizer_.scope()->entries()) actor_groups_.push_back(group);
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
  const std::int64_t newest = newest_visible_revision(store(), authorizer_);
  Undo{*this, revision.value_or(newest)}.run();
}

PrunedLog Write::prune_log(std::int64_t before) {
  authorizer_.authorize_company("prune the log");
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
  first_revision_ = newest_visible_revision(store(), authorizer_);
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
    outcome_.revision = newest_visible_revision(store(), authorizer_);
    return std::move(outcome_);
  }
  outcome_.revision = store().next_revision();
  const bool has_memberships = outcome_.created.memberships + outcome_.updated.memberships > 0;
  if (has_memberships && engine_.actor()) store().note_spellings();
  const StoredEntry entry = add_entry();
  try {
    transaction_.commit();
  } catch (const Error&) {
    // SQLite may report an error of releasing its locks after a successful commit.
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

void Write::save_figures(const PathNode& node) {
  store().set_figures(node.id, {node.children, node.members, node.ceilings, node.allotted});
}

void Write::count_ceilings(AncestorPath& ancestors, std::size_t at, std::int64_t change) {
  ancestors.count_ceilings(at, change, [&](std::size_t place) { save_figures(ancestors[place]); });
}

void Write::allot(AncestorPath& ancestors, std::size_t at, const Usage& change, Headroom& headroom,
                  ViolationReport& violation_report) {
  std::vector<std::size_t> touched;
  ancestors.allot(at, change, [&](std::size_t place) { touched.push_back(place); });
  const auto nearest = ancestors.find_restricted(at);
  for (const std::size_t place : touched) {
    save_figures(ancestors[place]);
    if (place == nearest) headroom.drawn_from(*ancestors[place].capacity);
    if (ancestors[place].is_restricted()) headroom.bound_by(ancestors[place].allotted, *ancestors[place].capacity);
  }
  for (const std::size_t place : touched) {
    const PathNode& node = ancestors[place];
    if (!node.is_restricted()) continue;
    RuleViolations rule_violations;
    check_limits(node.allotted, *node.capacity, today(), rule_violations);
    for (RuleViolation& rule_violation : rule_violations) {
      headroom.complete(rule_violation);
      if (!ancestors.is_visible(place)) {
        if (headroom.by().empty()) rule_violation.accepted = headroom.left_of(rule_violation);
        violation_report.add(rule_violation, ancestors.path_of(place), headroom.by());
        continue;
      }
      if (headroom.by().empty()) rule_violation.accepted = rule_violation.limit;
      violation_report.add(rule_violation, ancestors.path_of(place), headroom.by(),
                           find_holders(store(), ancestors, place, rule_violation.item->id, rule_violation.span.from));
    }
  }
}

void Write::validate_subtree(const Path& path, AncestorPath above, const Usage& taken_before, Headroom& headroom,
                             ViolationReport& violation_report) {
  ParentContext parent_context{path.to_string(), nullptr, {}, &headroom};
  GroupId top = kRootGroup;
  if (above.size() > 0) {
    parent_context.capacity = above.find_capacity();
    if (parent_context.capacity != nullptr)
      parent_context.capacity_path = above.path_of(*above.find_restricted(above.size() - 1));
    top = store().find_group(above.back().id, path.name())->id;
  }
  const Tree tree = load_tree(store(), top, report_);
  const Usages usages{tree, catalogue()};
  check_tree(tree, usages, parent_context, catalogue(), today(), violation_report);
  if (above.size() == 0) return;
  Usage change = used_by(tree, usages, 0, catalogue());
  headroom.takes(change);
  change.add(taken_before, -1);
  allot(above, above.size() - 1, change, headroom, violation_report);
}

void apply(const GrantChange& specified, const Catalogue& catalogue, Grant& grant) {
  for (const auto& [name, count] : specified.counts) grant.counts.set(get_counted(catalogue, name), count);
  for (const std::string& name : specified.added_features) grant.features.add(get_feature(catalogue, name));
  for (const std::string& name : specified.dropped_features) grant.features.remove(get_feature(catalogue, name));
  if (specified.from) grant.period.from = *specified.from;
  if (specified.until) grant.period.until = *specified.until;
}

}  // namespace allot
