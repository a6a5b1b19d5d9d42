#include "libcore/engine/log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/engine/net_changes.hpp"

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
    const auto stored = store_.find_entry(*revision);
    if (!stored || (!is_of_company && !changes_in_sight(*stored, *filter.group))) continue;
    if (!show(*stored)) return;
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
  if (!sight_.sees_everything()) return get_in_sight(*stored);
  WholeEntry whole;
  whole.catalogue = store_.catalogue();
  whole.changes = read_content(stored->content, whole.catalogue).changes;
  whole.entry = entry_from(*stored);
  whole.fresh = stored->fresh;
  whole.next_group = stored->next_group;
  return whole;
}

/// The same for one who does not see everything, so that neither the order of the changes nor what is known of the
/// catalogue tells of more than they do.
WholeEntry Log::get_in_sight(const StoredEntry& stored) {
  Catalogue& catalogue = aftermath().catalogue();
  EntryContent content = read_content(stored.content, catalogue);
  restrict_to_sight(content);
  if (stored.fresh) {
    aftermath().for_each_untold(stored, content.marked, [&](Change&& change, Aftermath::Source /*unused*/) {
      content.changes.push_back(std::move(change));
    });
  }
  sort_changes(content.changes);
  std::string told;
  for (const Change& change : content.changes) append_change(change, catalogue, told);
  WholeEntry whole;
  whole.catalogue = store_.catalogue();
  whole.changes = read_content(told, whole.catalogue).changes;
  whole.entry = entry_from(stored);
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
  if (!sight_.sees_everything()) restrict_to_sight(entry, stored);
  return entry;
}

Aftermath& Log::aftermath() {
  if (!aftermath_) aftermath_.emplace(store_, sight_);
  return *aftermath_;
}

/// Whether the actor sees that an entry changed something at or below a group, which may have been out of sight then.
bool Log::changes_in_sight(const StoredEntry& stored, GroupId group) {
  if (sight_.sees_everything()) return true;
  EntryContent content = read_content(stored.content, aftermath().catalogue());
  restrict_to_sight(content);
  const auto has_group = [&](const std::vector<GroupId>& way) {
    return std::find(way.begin(), way.end(), group) != way.end();
  };
  return std::any_of(content.marked.begin(), content.marked.end(), has_group) ||
         std::any_of(content.changes.begin(), content.changes.end(),
                     [&](const Change& change) { return has_group(change.way); }) ||
         is_in_sight(aftermath().way_to(stored.revision, group));
}

bool Log::is_in_sight(const std::vector<std::int64_t>& way) {
  const auto& entries = sight_.scope()->entries();
  return std::any_of(entries.begin(), entries.end(), [&](const Scope::Entry& entry) {
    return std::find(way.begin(), way.end(), entry.first) != way.end();
  });
}

Log::Parents Log::parents_before(const EntryContent& content) {
  Parents parents;
  for (const Change& change : content.changes) {
    const auto* before = std::get_if<GroupState>(&change.before);
    if (before != nullptr && change.op == Op::update) parents.emplace(group_of(change), before->parent);
  }
  return parents;
}

/// Whether a group was in sight when it and those above it were where the entry found them.
bool Log::was_in_sight(GroupId group, const Parents& before) {
  std::vector<GroupId> way;
  while (group != 0) {
    // Where a later entry hung it below itself, what is now has to do.
    if (std::find(way.begin(), way.end(), group) != way.end()) return sight_.power_in(group) != Power::none;
    way.push_back(group);
    const auto moved = before.find(group);
    const auto row = moved == before.end() ? store_.find_group(group) : std::nullopt;
    group = moved != before.end() ? moved->second : row ? row->parent : 0;
  }
  return is_in_sight(way);
}

/// Takes the place that is out of sight out of a group's move into sight or out of it, and out of what is below it;
/// false where nothing of the change is in sight.
bool Log::restrict_to_sight(Change& change, const Parents& before_entry) {
  if (sight_.sees_everything()) return true;
  const bool is_in = is_in_sight(change.way);
  auto* before = std::get_if<GroupState>(&change.before);
  auto* after = std::get_if<GroupState>(&change.after);
  if (before == nullptr || after == nullptr) return is_in;
  if (before->parent == after->parent) {
    before->path = after->path.substr(0, after->path.rfind('/') + 1) + name_in(before->path);
    change.path = before->path;
    return is_in;
  }
  const bool was_in = was_in_sight(before->parent, before_entry);
  if (is_in && !was_in) {
    before->path = kAbove;
    change.path = after->path;
  }
  if (!is_in) after->path = kAbove;
  return is_in || was_in;
}

void Log::restrict_to_sight(EntryContent& content) {
  if (sight_.sees_everything()) return;
  const Parents before = parents_before(content);
  std::erase_if(content.changes, [&](Change& change) { return !restrict_to_sight(change, before); });
  std::erase_if(content.marked, [&](const auto& way) { return !is_in_sight(way); });
}

std::string Log::lines_in_sight(const std::string& content) {
  if (sight_.sees_everything()) return content;
  Catalogue catalogue = store_.catalogue();
  const Parents before = parents_before(read_content(content, catalogue));
  std::string kept;
  for (const std::string_view line : lines_of(content)) {
    EntryContent each = read_content({line.data(), line.size() + 1}, catalogue);
    for (Change& change : each.changes) {
      if (restrict_to_sight(change, before)) kept.append(line).append(1, '\n');
    }
    for (const auto& way : each.marked) {
      if (is_in_sight(way)) kept.append(line).append(1, '\n');
    }
  }
  return kept;
}

bool Log::is_author_in_sight(const StoredEntry& stored) {
  if (stored.actor && sight_.actor() && fold_ascii(*stored.actor) == fold_ascii(*sight_.actor())) return true;
  return std::any_of(stored.actor_groups.begin(), stored.actor_groups.end(),
                     [&](GroupId group) { return sight_.power_in(group) != Power::none; });
}

/// Whether all that the one who made an entry could change then is in sight, so that the command names nothing else.
bool Log::is_all_of_author_in_sight(const StoredEntry& stored) {
  return !stored.actor_groups.empty() &&
         std::all_of(stored.actor_groups.begin(), stored.actor_groups.end(),
                     [&](GroupId group) { return sight_.power_in(group) != Power::none; });
}

/// Takes out of `entry` what is out of sight: the names of those above, and what was changed elsewhere.
void Log::restrict_to_sight(LogEntry& entry, const StoredEntry& stored) {
  const EntryContent content = read_content(stored.content, aftermath().catalogue());
  EntryContent seen = content;
  restrict_to_sight(seen);
  const bool is_inside = seen.marked.size() == content.marked.size() && seen.changes.size() == content.changes.size();
  const bool is_known = is_author_in_sight(stored);
  if (!is_known) {
    entry.login = kAbove;
    entry.actor.reset();
  }
  if (!is_known || !is_inside || !is_all_of_author_in_sight(stored)) entry.command.reset();
  if (stored.fresh && is_inside) return;  // which is counted
  entry.changes = static_cast<std::int64_t>(seen.changes.size());
  if (!stored.fresh) return;
  aftermath().for_each_untold(stored, seen.marked,
                              [&](Change&& /*unused*/, Aftermath::Source /*unused*/) { ++entry.changes; });
}

}  // namespace allot
