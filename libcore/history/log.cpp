#include "libcore/history/log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"

namespace allot {

void Log::for_each(const LogFilter& filter, const std::function<void(const LogEntry&)>& visit) {
  std::size_t shown = 0;
  const auto show = [&](const StoredEntry& stored) {
    if (stored.revision < filter.first) return false;
    if (filter.since && stored.time < *filter.since) return true;
    const LogEntry entry = entry_from(stored, filter.counts);
    if (filter.by && (!entry.actor || fold_ascii(*entry.actor) != fold_ascii(*filter.by))) return true;
    visit(entry);
    return !filter.most || ++shown < *filter.most;
  };
  if (filter.most == std::size_t{0}) return;
  const bool is_of_company = !filter.group || *filter.group == kRootGroup;
  if (is_of_company && authorizer_.sees_everything()) {
    store_.for_each_entry([&](StoredEntry&& stored) { return show(stored); }, filter.last);
    return;
  }
  std::vector<std::int64_t> revisions = is_of_company ? visible_revisions() : store_.entries_at(*filter.group);
  for (auto revision = revisions.rbegin(); revision != revisions.rend(); ++revision) {
    if (*revision > filter.last) continue;
    if (*revision < filter.first) return;
    const auto stored = store_.find_entry(*revision);
    if (!stored) continue;
    if (!authorizer_.sees_everything() && !has_visible_change(*stored, is_of_company ? std::nullopt : filter.group))
      continue;
    if (!show(*stored)) return;
  }
}

bool Log::sees(std::int64_t revision) {
  const auto stored = store_.find_entry(revision);
  if (!stored || authorizer_.sees_everything()) return stored.has_value();
  const auto revisions = visible_revisions();
  return std::binary_search(revisions.begin(), revisions.end(), revision) && has_visible_change(*stored, std::nullopt);
}

LogEntry Log::get(std::int64_t revision) {
  if (!sees(revision)) throw no_such_entry(revision);
  return entry_from(*store_.find_entry(revision), LogFilter::Counts::visible);
}

EntryChanges Log::changes_of(std::int64_t revision) {
  const auto stored = store_.find_entry(revision);
  if (!stored) throw no_such_entry(revision);
  return {store_, revision, stored->created, *authorizer_.scope()};
}

Error Log::no_such_entry(std::int64_t revision) {
  const std::int64_t newest = newest_visible_revision(store_, authorizer_);
  if (newest == 0) return Error::not_found("the log is empty");
  const std::int64_t pruned = store_.pruned_revision();
  if (revision <= pruned) {
    return Error::not_found(fmt::format("the log has no revision {}", revision),
                            fmt::format("the first that is kept is {}", pruned + 1));
  }
  std::string hint = fmt::format("the newest is {}", newest);
  if (revision <= newest) hint = "`allot log` shows those that there are";
  return Error::not_found(fmt::format("the log has no revision {}", revision), std::move(hint));
}

/// Returns the revisions of the entries at or below the groups of the actor's scope, in ascending order.
std::vector<std::int64_t> Log::visible_revisions() {
  std::vector<std::int64_t> all;
  for (const auto& [group, access] : authorizer_.scope()->entries()) {
    const auto some = store_.entries_at(group);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// Whether an entry has a change that the actor sees, at or below `group` if it is given.
bool Log::has_visible_change(const StoredEntry& stored, std::optional<GroupId> group) {
  EntryChanges changes{store_, stored.revision, stored.created, *authorizer_.scope()};
  if (!group) return changes.has_visible();
  const auto keys = changes.visible_keys();
  const IdRanges created = changes.visible_created_groups();
  const auto is_below = [&](TreeAt& tree, GroupId each) {
    for (; each != 0 && tree.is_visible(each); each = tree.find(each).parent) {
      if (each == *group) return true;
    }
    return false;
  };
  bool has = std::any_of(keys.begin(), keys.end(), [&](const ItemKey& key) {
    return is_below(changes.before(), key.group) || is_below(changes.after(), key.group);
  });
  for (const IdRanges::Range& range : created.ranges()) {
    for (GroupId id = range.first; id < range.end && !has; ++id) has = is_below(changes.after(), id);
  }
  return has;
}

LogEntry Log::entry_from(const StoredEntry& stored, LogFilter::Counts counts) {
  LogEntry entry;
  entry.revision = stored.revision;
  entry.time = stored.time;
  entry.login = stored.login;
  entry.actor = stored.actor;
  entry.via = static_cast<Via>(stored.via);
  entry.command = stored.command;
  entry.message = stored.message;
  entry.changes = stored.changes;
  if (!authorizer_.sees_everything()) restrict_to_scope(entry, stored, counts);
  return entry;
}

/// Removes from `entry` what the actor does not see: authors above the scope, and changes elsewhere.
void Log::restrict_to_scope(LogEntry& entry, const StoredEntry& stored, LogFilter::Counts counts) {
  EntryChanges changes{store_, stored.revision, stored.created, *authorizer_.scope()};
  entry.changes = counts == LogFilter::Counts::none ? 0 : changes.count();
  // The groups that the author administered or saw, in the tree before the write.
  const auto is_visible = [&](GroupId group) { return changes.before().is_visible(group); };
  const auto& groups = stored.actor_groups;
  const bool is_actor = stored.actor && authorizer_.actor() && equals_folded(*stored.actor, *authorizer_.actor());
  const bool is_known = is_actor || std::any_of(groups.begin(), groups.end(), is_visible);
  if (!is_known) {
    entry.login = kAbove;
    entry.actor.reset();
  }
  const bool has_visible_scope = !groups.empty() && std::all_of(groups.begin(), groups.end(), is_visible);
  if (!is_known || !has_visible_scope || !changes.shows_everything()) {
    entry.command.reset();
    entry.message.reset();
  }
}

}  // namespace allot
