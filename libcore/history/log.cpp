#include "libcore/history/log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

bool is_same_entry(const StoredEntry& a, const StoredEntry& b) {
  return a.time == b.time && a.login == b.login && a.actor == b.actor && a.via == b.via && a.command == b.command &&
         a.message == b.message && a.changes == b.changes;
}

}  // namespace

void Log::for_each(const LogFilter& filter, const std::function<void(const LogEntry&)>& visit) {
  std::size_t shown = 0;
  const auto show = [&](const StoredEntry& stored, EntryChanges* changes) {
    if (stored.revision < filter.first) return false;
    if (filter.since && stored.time < *filter.since) return true;
    const LogEntry entry = entry_from(stored, changes, filter.counts);
    if (filter.by && (!entry.actor || fold_ascii(*entry.actor) != fold_ascii(*filter.by))) return true;
    visit(entry);
    return !filter.most || ++shown < *filter.most;
  };
  if (filter.most == std::size_t{0}) return;
  const bool is_of_company = !filter.group || *filter.group == kRootGroup;
  if (is_of_company && authorizer_.sees_everything()) {
    store_.for_each_entry([&](StoredEntry&& stored) { return show(stored, nullptr); }, filter.last);
    return;
  }
  std::vector<std::int64_t> revisions = is_of_company ? visible_revisions() : store_.entries_at(*filter.group);
  for (auto revision = revisions.rbegin(); revision != revisions.rend(); ++revision) {
    if (*revision > filter.last) continue;
    if (*revision < filter.first) return;
    const auto stored = store_.find_entry(*revision);
    if (!stored) continue;
    std::optional<EntryChanges> changes;
    if (!authorizer_.sees_everything()) {
      load(*stored, changes);
      if (!has_visible_change(*changes, is_of_company ? std::nullopt : filter.group)) continue;
    }
    if (!show(*stored, changes ? &*changes : nullptr)) return;
  }
}

bool Log::read_on(LogPosition& position, const std::function<bool(const LogEntry&, EntryChanges&)>& visit) {
  const std::int64_t newest = store_.revision();
  const auto change_counter = store_.find_change_counter();  // the rows are locked by now
  position.change_counter.reset();
  require_continuity(position, newest);
  const bool is_full = authorizer_.sees_everything();
  const auto revisions = is_full ? std::vector<std::int64_t>{} : visible_revisions(position.revision);
  for (std::int64_t revision = position.revision + 1; revision <= newest; ++revision) {
    const bool is_candidate = is_full || std::binary_search(revisions.begin(), revisions.end(), revision);
    if (!is_candidate && revision != newest) continue;
    const auto stored = store_.find_entry(revision);
    if (!stored) {
      throw Error::store(fmt::format("the store is damaged: the log lacks revision {}", revision), "restore a backup");
    }
    bool continues = true;
    std::optional<EntryChanges> changes;
    if (is_candidate) load(*stored, changes);
    if (changes && (is_full || changes->has_visible())) {
      continues = visit(entry_from(*stored, &*changes, LogFilter::Counts::none), *changes);
      position.visible = revision;
    }
    position.revision = revision;
    position.entry = stored;
    if (!continues && revision != newest) return false;
  }
  position.change_counter = change_counter;
  return true;
}

/// Throws if the log cannot be read on from `position`.
void Log::require_continuity(LogPosition& position, std::int64_t newest) {
  if (!position.has_begun) position.visible = position.revision;
  const std::int64_t pruned = store_.pruned_revision();
  auto found = store_.find_entry(position.revision);
  if (position.has_begun) {
    const bool is_other = position.entry && found && !is_same_entry(*position.entry, *found);
    if (position.revision > newest || is_other) {
      throw Error::store(
          fmt::format("the store was replaced: its revision {} is not the one that was read", position.visible),
          "start again, with the store that is there now");
    }
  }
  if (position.revision < pruned) {
    throw Error::not_found(
        fmt::format("the entries after revision {} were pruned, up to {}", position.visible, pruned),
        fmt::format("the oldest revision that can be given is {}; allot-log(1), Feed, says how to begin again",
                    pruned));
  }
  if (!position.has_begun && position.revision > newest_visible_revision(store_, authorizer_))
    throw no_such_entry(position.revision);
  position.has_begun = true;
  if (!position.entry) position.entry = std::move(found);
}

bool Log::sees(std::int64_t revision) {
  const auto stored = store_.find_entry(revision);
  std::optional<EntryChanges> changes;
  return stored && is_visible(*stored, changes);
}

/// Whether the actor sees an entry; loads its changes unless the actor sees everything.
bool Log::is_visible(const StoredEntry& stored, std::optional<EntryChanges>& changes) {
  if (authorizer_.sees_everything()) return true;
  const auto revisions = visible_revisions(stored.revision - 1);
  if (!std::binary_search(revisions.begin(), revisions.end(), stored.revision)) return false;
  load(stored, changes);
  return changes->has_visible();
}

LogEntry Log::get(std::int64_t revision) {
  const auto stored = store_.find_entry(revision);
  std::optional<EntryChanges> changes;
  if (!stored || !is_visible(*stored, changes)) throw no_such_entry(revision);
  return entry_from(*stored, changes ? &*changes : nullptr, LogFilter::Counts::visible);
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

/// Returns the revisions above `after` of the entries at or below the groups of the actor's scope, in ascending order.
std::vector<std::int64_t> Log::visible_revisions(std::int64_t after) {
  std::vector<std::int64_t> all;
  for (const auto& [group, access] : authorizer_.scope()->entries()) {
    const auto some = store_.entries_at(group, after);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void Log::load(const StoredEntry& stored, std::optional<EntryChanges>& changes) {
  changes.emplace(store_, stored.revision, stored.created, *authorizer_.scope());
}

/// Whether an entry has a change that the actor sees, at or below `group` if it is given.
bool Log::has_visible_change(EntryChanges& changes, std::optional<GroupId> group) {
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

/// Returns an entry as the actor sees it; `changes` are its changes, needed unless the actor sees everything.
LogEntry Log::entry_from(const StoredEntry& stored, EntryChanges* changes, LogFilter::Counts counts) {
  LogEntry entry;
  entry.revision = stored.revision;
  entry.time = stored.time;
  entry.login = stored.login;
  entry.actor = stored.actor;
  entry.via = static_cast<Via>(stored.via);
  entry.command = stored.command;
  entry.message = stored.message;
  entry.changes = stored.changes;
  if (!authorizer_.sees_everything()) restrict_to_scope(entry, stored, *changes, counts);
  return entry;
}

/// Removes from `entry` what the actor does not see: authors above the scope, and changes elsewhere.
void Log::restrict_to_scope(LogEntry& entry, const StoredEntry& stored, EntryChanges& changes,
                            LogFilter::Counts counts) const {
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
