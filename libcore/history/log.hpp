#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "libcore/access/authorizer.hpp"
#include "libcore/access/engine.hpp"
#include "libcore/history/entry_changes.hpp"

namespace allot {

/// A log entry as the actor sees it; allot-log(1). Authors that are not visible are `kAbove`.
struct LogEntry {
  std::int64_t revision = 0;
  std::int64_t time = 0;             ///< in seconds since 1970-01-01 UTC
  std::string login;                 ///< `kAbove` if the author is not visible
  std::optional<std::string> actor;  ///< the user acted as; nothing for full rights or if the author is not visible
  Via via = Via::command;
  std::optional<std::string> command;  ///< nothing if it may name something that is not visible
  std::optional<std::string> message;  ///< the reason that the author gave; nothing where there is no command
  std::int64_t changes = 0;            ///< the number of changes that the actor sees
};

/// Selects entries of the log.
struct LogFilter {
  std::optional<GroupId> group;       ///< entries that changed something at or below this group
  std::optional<std::int64_t> since;  ///< in seconds since 1970-01-01 UTC
  std::optional<std::string> by;      ///< entries of writes that acted as this user
  std::optional<std::size_t> most;
  std::int64_t first = 0;  ///< the least and the greatest revision
  std::int64_t last = std::numeric_limits<std::int64_t>::max();

  /// Whether `changes` of an entry is the number of changes that the actor sees, which takes as long as there are many.
  enum class Counts { visible, none };
  Counts counts = Counts::visible;
};

/// A place in the log from which reading continues; `Log::read_on` moves it.
struct LogPosition {
  std::int64_t revision = 0;           ///< the last entry that was read, or passed over as not visible
  std::int64_t visible = 0;            ///< the last one that was visible, or where reading began
  bool has_begun = false;              ///< whether the log was read from here
  std::optional<StoredEntry> entry{};  ///< that entry as the log had it, to recognize another log; nothing if pruned
  std::optional<std::int64_t> change_counter{};  ///< that of the rows, if all were read; StoreReader
};

/// The log as the actor sees it: the entries that changed something at or below the groups of the actor's current
/// scope. Each entry is checked in the tree of its own revision.
class Log {
 public:
  Log(StoreReader& store, Authorizer& authorizer) : store_(store), authorizer_(authorizer) {}

  /// Calls `visit` for the selected entries, newest first.
  void for_each(const LogFilter& filter, const std::function<void(const LogEntry&)>& visit);

  /// Calls `visit` for the visible entries after `position`, oldest first, until it returns false, and moves
  /// `position`; returns whether all were visited. Throws not_found if entries after it were pruned or if it begins at
  /// an entry that does not exist or is above those that are visible, and store if the log is not the one that was read
  /// before.
  bool read_on(LogPosition& position, const std::function<bool(const LogEntry&, EntryChanges&)>& visit);

  /// Returns whether the actor sees an entry.
  bool sees(std::int64_t revision);

  /// Returns an entry; throws not_found if it does not exist or is not visible.
  LogEntry get(std::int64_t revision);

  /// Returns the changes of an entry; throws not_found if it does not exist. The log must outlive the result.
  EntryChanges changes_of(std::int64_t revision);

  /// Returns the error for an entry that does not exist or is not visible.
  Error no_such_entry(std::int64_t revision);

 private:
  void require_continuity(LogPosition& position, std::int64_t newest);
  std::vector<std::int64_t> visible_revisions(std::int64_t after = 0);
  void load(const StoredEntry& stored, std::optional<EntryChanges>& changes);
  bool is_visible(const StoredEntry& stored, std::optional<EntryChanges>& changes);
  static bool has_visible_change(EntryChanges& changes, std::optional<GroupId> group);
  LogEntry entry_from(const StoredEntry& stored, EntryChanges* changes, LogFilter::Counts counts);
  void restrict_to_scope(LogEntry& entry, const StoredEntry& stored, EntryChanges& changes,
                         LogFilter::Counts counts) const;

  StoreReader& store_;
  Authorizer& authorizer_;
};

}  // namespace allot
