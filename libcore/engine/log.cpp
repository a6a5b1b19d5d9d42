#include "libcore/engine/log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"

namespace allot {

void Log::for_each(const LogFilter& filter, const std::function<void(const LogEntry&)>& visit) {
  std::size_t shown = 0;
  const auto show = [&](const StoredEntry& stored) {
    if (filter.since && stored.time < *filter.since) return true;
    const LogEntry entry = entry_from(stored);
    if (filter.by && (!entry.actor || fold_ascii(*entry.actor) != fold_ascii(*filter.by))) return true;
    visit(entry);
    return !filter.most || ++shown < *filter.most;
  };
  if (filter.most == std::size_t{0}) return;
  const bool is_of_company = !filter.group || *filter.group == kRootGroup;
  if (is_of_company && sight_.sees_everything()) {
    store_.for_each_entry([&](StoredEntry&& stored) { return show(stored); });
    return;
  }
  std::vector<std::int64_t> revisions = is_of_company ? revisions_in_sight() : store_.entries_at(*filter.group);
  if (!is_of_company && !sight_.sees_everything()) {
    const auto seen = revisions_in_sight();  // a group may have been elsewhere
    std::erase_if(revisions, [&](auto each) { return !std::binary_search(seen.begin(), seen.end(), each); });
  }
  for (auto revision = revisions.rbegin(); revision != revisions.rend(); ++revision) {
    if (const auto stored = store_.find_entry(*revision); stored && !show(*stored)) return;
  }
}

bool Log::sees(std::int64_t revision) {
  if (sight_.sees_everything()) return store_.find_entry(revision).has_value();
  const auto revisions = revisions_in_sight();
  return std::binary_search(revisions.begin(), revisions.end(), revision);
}

WholeEntry Log::get(std::int64_t revision) {
  auto stored = store_.find_entry(revision);
  if (!stored || !sees(revision)) throw no_such_entry(revision);
  WholeEntry whole;
  whole.catalogue = store_.catalogue();
  EntryContent content = read_content(stored->content, whole.catalogue);
  whole.entry = entry_from(*stored);
  whole.fresh = stored->fresh;
  whole.next_group = stored->next_group;
  std::erase_if(content.changes, [&](Change& change) { return !restrict_to_sight(change); });
  whole.changes = std::move(content.changes);
  return whole;
}

Error Log::no_such_entry(std::int64_t revision) {
  const std::int64_t newest = sight_.revision();
  if (newest == 0) return Error::not_found("the log is empty");
  if (revision <= store_.logged_from()) {
    return Error::not_found(fmt::format("the log has no revision {}", revision),
                            fmt::format("it begins after revision {}", store_.logged_from()));
  }
  std::string hint = fmt::format("the newest is {}", newest);
  if (revision <= newest) hint = "`allot log` shows those that there are";
  return Error::not_found(fmt::format("the log has no revision {}", revision), std::move(hint));
}

std::vector<std::int64_t> Log::revisions_in_sight() {
  std::vector<std::int64_t> all;
  for (const auto& [group, power] : sight_.scope()->entries()) {
    const auto some = store_.entries_at(group);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

LogEntry Log::entry_from(const StoredEntry& stored) {
  LogEntry entry;
  entry.revision = stored.revision;
  entry.time = stored.time;
  entry.login = stored.login;
  entry.actor = stored.actor;
  entry.via = static_cast<Via>(stored.via);
  entry.command = stored.command;
  entry.changes = stored.changes;
  if (sight_.sees_everything()) return entry;
  Catalogue catalogue = store_.catalogue();
  const auto whole = store_.find_entry(stored.revision);
  restrict_to_sight(entry, stored, read_content(whole->content, catalogue));
  return entry;
}

bool Log::is_in_sight(const std::vector<std::int64_t>& way) {
  const auto& entries = sight_.scope()->entries();
  return std::any_of(entries.begin(), entries.end(), [&](const Scope::Entry& entry) {
    return std::find(way.begin(), way.end(), entry.first) != way.end();
  });
}

/// Takes the place that is out of sight out of a group's move into sight or out of it; false where nothing of the
/// change is in sight.
bool Log::restrict_to_sight(Change& change) {
  if (sight_.sees_everything()) return true;
  const bool is_in = is_in_sight(change.way);
  auto* before = std::get_if<GroupState>(&change.before);
  auto* after = std::get_if<GroupState>(&change.after);
  const bool moves = before != nullptr && after != nullptr && before->parent != after->parent;
  if (!moves) return is_in;
  const bool was_in = sight_.power_in(before->parent) != Power::none;
  if (is_in && !was_in) {
    before->path = kAbove;
    change.path = after->path;
  }
  if (!is_in) after->path = kAbove;
  return is_in || was_in;
}

bool Log::is_author_in_sight(const StoredEntry& stored) {
  if (stored.actor && sight_.actor() && fold_ascii(*stored.actor) == fold_ascii(*sight_.actor())) return true;
  return std::any_of(stored.actor_groups.begin(), stored.actor_groups.end(),
                     [&](GroupId group) { return sight_.power_in(group) != Power::none; });
}

bool Log::is_all_in_sight(const StoredEntry& entry) {
  if (sight_.sees_everything()) return true;
  Catalogue catalogue = store_.catalogue();
  const EntryContent content = read_content(entry.content, catalogue);
  return std::all_of(content.changes.begin(), content.changes.end(),
                     [&](const Change& change) { return is_in_sight(change.way); }) &&
         std::all_of(content.marked.begin(), content.marked.end(), [&](const auto& way) { return is_in_sight(way); });
}

/// Takes out of `entry` what is out of sight: the names of those above, and what was changed elsewhere.
void Log::restrict_to_sight(LogEntry& entry, const StoredEntry& stored, const EntryContent& content) {
  std::int64_t seen = 0;
  for (Change change : content.changes) seen += restrict_to_sight(change) ? 1 : 0;
  const bool has_all_marks =
      std::all_of(content.marked.begin(), content.marked.end(), [&](const auto& way) { return is_in_sight(way); });
  const bool is_inside = has_all_marks && seen == static_cast<std::int64_t>(content.changes.size());
  const bool is_known = is_author_in_sight(stored);
  if (!is_known) {
    entry.login = kAbove;
    entry.actor.reset();
  }
  if (!is_known || !is_inside) entry.command.reset();
  if (is_inside) return;
  entry.changes = seen;
  if (stored.fresh) entry.changes.reset();
}

}  // namespace allot
