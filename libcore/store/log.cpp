#include <algorithm>
#include <charconv>

#include "libcore/store/columns.hpp"
#include "libcore/store/connection.hpp"
#include "libcore/store/packed_text.hpp"
#include "libcore/store/store.hpp"
#include "libcore/store/varint.hpp"

namespace allot {
namespace {

/// Up to so many groups an entry has a row for each; the deepest path has 256.
constexpr std::size_t kFewPlaces = 300;

/// From so many bytes on content is packed, to a tenth of them.
constexpr std::size_t kLongContent = 2048;

/// The last of the ways that an entry came by; schemas/store/0002_log.sql.
constexpr std::int64_t kLastVia = 3;

std::string write_groups(const std::vector<GroupId>& groups) {
  std::string text;
  for (const GroupId group : groups) {
    if (!text.empty()) text += ' ';
    text += std::to_string(group);
  }
  return text;
}

std::vector<GroupId> read_groups(std::string_view text) {
  std::vector<GroupId> groups;
  while (!text.empty()) {
    GroupId group = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), group);
    if (error != std::errc{}) throw Error::store("the store is damaged: an entry of the log cannot be read");
    groups.push_back(group);
    text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
  }
  return groups;
}

/// Sorted groups, each less the one before.
std::string write_places(const std::vector<GroupId>& places) {
  std::string blob;
  GroupId before = 0;
  for (const GroupId place : places) {
    put_varint(blob, static_cast<std::uint64_t>(place - before));
    before = place;
  }
  return blob;
}

/// Whether a place from `first` on and before `end` is among them.
bool has_place(std::string_view blob, GroupId first, GroupId end) {
  BlobReader reader{blob};
  GroupId place = 0;
  while (!reader.is_at_end() && place < first) place = reader.varint_after(place);
  return place >= first && place < end;
}

/// Reads a row of `revision, time, login, actor, actor_groups, via, command, changes, fresh, next_group`.
StoredEntry read_entry(const Query& query) {
  StoredEntry entry;
  entry.revision = query.integer(0);
  entry.time = query.integer(1);
  entry.login = query.text(2);
  if (!query.is_null(3)) entry.actor = query.text(3);
  entry.actor_groups = read_groups(query.text(4));
  entry.via = static_cast<int>(read_integer(query, 5, 0, kLastVia));
  entry.command = query.text(6);
  entry.changes = query.integer(7);
  entry.fresh = query.find_integer(8);
  entry.next_group = query.integer(9);
  return entry;
}

}  // namespace

void Store::add_entry(const StoredEntry& entry, const std::vector<GroupId>& places) {
  const bool is_wide = places.size() > kFewPlaces;
  Query query(*connection_,
              "INSERT INTO log (revision, time, login, actor, actor_groups, via, command, changes, fresh, next_group,"
              " places, size, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT max(max(id) + 1, coalesce((SELECT"
              " max(next_group) FROM log), 0)) FROM groups), ?, ?, ?)");
  query.bind(entry.revision).bind(entry.time).bind(entry.login);
  if (entry.actor) {
    query.bind(*entry.actor);
  } else {
    query.bind_null();
  }
  query.bind(write_groups(entry.actor_groups))
      .bind(std::int64_t{entry.via})
      .bind(entry.command)
      .bind(entry.changes)
      .bind(entry.fresh);
  if (is_wide) {
    query.bind_blob(write_places(places));
  } else {
    query.bind_null();
  }
  if (entry.content.size() < kLongContent) {
    query.bind_null().bind_blob(entry.content);
  } else {
    query.bind(static_cast<std::int64_t>(entry.content.size())).bind_blob(pack_text(entry.content));
  }
  query.run();
  if (is_wide) return;
  for (const GroupId place : places) {
    Query(*connection_, "INSERT INTO log_places (group_id, revision) VALUES (?, ?)")
        .bind(place)
        .bind(entry.revision)
        .run();
  }
}

std::optional<StoredEntry> Store::find_entry(std::int64_t revision) {
  if (version_ < 2) return std::nullopt;
  Query query(*connection_,
              "SELECT revision, time, login, actor, actor_groups, via, command, changes, fresh, next_group, size,"
              " content FROM log WHERE revision = ?");
  query.bind(revision);
  if (!query.step()) return std::nullopt;
  StoredEntry entry = read_entry(query);
  const auto size = query.find_integer(10);
  entry.content = size ? unpack_text(query.text(11), static_cast<std::size_t>(*size)) : std::string{query.text(11)};
  return entry;
}

void Store::for_each_entry(const std::function<bool(StoredEntry&&)>& visit) {
  if (version_ < 2) return;
  Query query(*connection_,
              "SELECT revision, time, login, actor, actor_groups, via, command, changes, fresh, next_group FROM log"
              " ORDER BY revision DESC");
  while (query.step()) {
    if (!visit(read_entry(query))) return;
  }
}

std::int64_t Store::logged_from() {
  return version_ < 2 ? revision() : connection_->ask_integer("SELECT logged_from FROM store");
}

std::vector<std::int64_t> Store::entries_in(GroupId first, GroupId end, std::int64_t after) {
  std::vector<std::int64_t> revisions;
  if (version_ < 2) return revisions;
  Query few(*connection_,
            "SELECT DISTINCT revision FROM log_places WHERE group_id >= ? AND group_id < ? AND revision > ?");
  few.bind(first).bind(end).bind(after);
  while (few.step()) revisions.push_back(few.integer(0));
  Query wide(*connection_, "SELECT revision, places FROM log WHERE places IS NOT NULL AND revision > ?");
  wide.bind(after);
  while (wide.step()) {
    if (has_place(wide.text(1), first, end)) revisions.push_back(wide.integer(0));
  }
  return revisions;
}

std::vector<std::int64_t> Store::entries_at(GroupId group, std::int64_t after) {
  std::vector<std::int64_t> revisions = entries_in(group, group + 1, after);
  if (const auto making = find_making(group); making && *making > after) revisions.push_back(*making);
  std::sort(revisions.begin(), revisions.end());
  revisions.erase(std::unique(revisions.begin(), revisions.end()), revisions.end());
  return revisions;
}

std::int64_t Store::newest_entry_at(GroupId group) {
  if (version_ < 2) return 0;
  Query few(*connection_, "SELECT max(revision) FROM log_places WHERE group_id = ?");
  few.bind(group).step();
  std::int64_t newest = std::max(few.find_integer(0).value_or(0), find_making(group).value_or(0));
  Query wide(*connection_,
             "SELECT revision, places FROM log WHERE places IS NOT NULL AND revision > ? ORDER BY revision DESC");
  wide.bind(newest);
  while (wide.step()) {
    if (has_place(wide.text(1), group, group + 1)) return wide.integer(0);
  }
  return newest;
}

std::optional<std::int64_t> Store::find_making(GroupId group) {
  if (version_ < 2) return std::nullopt;
  Query query(*connection_,
              "SELECT (SELECT revision FROM log WHERE next_group > ?1 ORDER BY next_group, revision LIMIT 1)"
              " FROM store WHERE logged_groups <= ?1");
  query.bind(group);
  if (!query.step()) return std::nullopt;
  return query.find_integer(0);
}

}  // namespace allot
