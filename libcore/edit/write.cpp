#include "libcore/edit/write.hpp"

#include <fmt/format.h>

#include <utility>

#include "libcore/edit/effects.hpp"

namespace allot {

Write::Write(Engine& engine, DryRun dry_run, std::size_t most_changes)
    : engine_(engine),
      transaction_(engine.store_with_actor(), Store::Transaction::Kind::write),
      authorizer_(*engine.store_, engine.today(), engine.actor()),
      dry_run_(dry_run),
      changes_(*engine.store_, authorizer_, outcome_, most_changes),
      scope_(authorizer_.scope()) {}

PrunedLog Write::prune_log(std::int64_t before) {
  authorizer_.authorize_company("prune the log");
  require_current();
  const std::int64_t pruned = engine_.store_->pruned_revision();
  std::int64_t first_kept = engine_.store_->revision() + 1;
  engine_.store_->for_each_entry([&](StoredEntry&& entry) {
    if (entry.time >= before) first_kept = entry.revision;
    return true;
  });
  const PrunedLog result{first_kept - 1 - pruned, first_kept};
  if (result.entries == 0 || dry_run_ == DryRun::yes) return result;
  engine_.store_->prune_log(first_kept - 1);
  transaction_.commit();
  return result;
}

void Write::guard(std::int64_t revision) {
  guarded_ = revision;
  first_revision_ = newest_visible_revision(*engine_.store_, authorizer_);
}

void Write::require_current() {
  if (guarded_ && first_revision_ != *guarded_) throw changed_revision(first_revision_, *guarded_);
}

Error changed_revision(std::int64_t revision, std::int64_t guarded) {
  return Error::changed(fmt::format("the store is at revision {}, not {}", revision, guarded),
                        "look at what changed with `allot log`, and plan anew");
}

Outcome Write::commit() {
  require_current();
  outcome_.is_dry_run = dry_run_ == DryRun::yes;
  outcome_.catalogue = catalogue();
  changes_.coalesce();
  require_few_removals(max_removals_, outcome_.removed, [&] {
    return count_visible_items(*engine_.store_->rows_as_of(engine_.store_->next_revision() - 1), *scope_);
  });
  outcome_.effects = find_effects(*engine_.store_, changes_.blocking_groups(), *scope_, today());
  if (outcome_.is_dry_run || !outcome_.has_changes()) {
    outcome_.revision = newest_visible_revision(*engine_.store_, authorizer_);
    return std::move(outcome_);
  }
  const bool has_memberships = outcome_.created.memberships + outcome_.updated.memberships > 0;
  if (has_memberships && engine_.actor()) engine_.store_->note_spellings();
  add_entry();
  transaction_.commit();
  outcome_.revision = engine_.store_->next_revision();
  return std::move(outcome_);
}

void Write::add_entry() {
  const Origin& origin = engine_.origin();
  StoredEntry entry;
  entry.time = origin.now();
  entry.login = origin.login;
  entry.actor = engine_.actor();
  for (const auto& [group, access] : scope_->entries()) entry.actor_groups.push_back(group);
  entry.via = static_cast<int>(origin.via);
  entry.command = origin.command + added_words_;
  entry.message = origin.message;
  entry.changes = outcome_.count_changes();
  engine_.store_->add_entry(entry);
}

}  // namespace allot
