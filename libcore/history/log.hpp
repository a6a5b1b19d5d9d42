#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/access/authorizer.hpp"
#include "libcore/access/engine.hpp"
#include "libcore/history/entry_changes.hpp"

namespace allot {

/// An entry of the log as the actor sees it; allot-log(1). Authors that it does not see are `kAbove`.
struct LogEntry {
  std::int64_t revision = 0;
  std::int64_t time = 0;             ///< in seconds since 1970-01-01 UTC
  std::string login;                 ///< `kAbove` where the actor does not see the author
  std::optional<std::string> actor;  ///< whom it acted as; nothing for full rights, and where the actor does not see
                                     ///< the author
  Via via = Via::command;
  std::optional<std::string> command;  ///< nothing where it may name what the actor does not see
  std::int64_t changes = 0;            ///< how many changes the actor sees
};

/// Which entries of the log are wanted.
struct LogFilter {
  std::optional<GroupId> group;       ///< those that changed something at or below it
  std::optional<std::int64_t> since;  ///< in seconds since 1970-01-01 UTC
  std::optional<std::string> by;      ///< acted as that user
  std::optional<std::size_t> most;
};

/// The log as the actor sees it: the entries that changed something at or below the groups of its scope of today, each
/// in the tree of its own revision.
class Log {
 public:
  Log(Store& store, Authorizer& authorizer) : store_(store), authorizer_(authorizer) {}

  /// The entries, newest first.
  void for_each(const LogFilter& filter, const std::function<void(const LogEntry&)>& visit);

  /// Whether the actor sees an entry.
  bool sees(std::int64_t revision);

  /// An entry; throws not_found where there is none or the actor does not see it.
  LogEntry get(std::int64_t revision);

  /// What an entry that the actor sees changed; the log must outlive it.
  EntryChanges changes_of(std::int64_t revision);

  /// The error for an entry that is not there.
  Error no_such_entry(std::int64_t revision);

 private:
  std::vector<std::int64_t> visible_revisions();
  bool has_visible_change(const StoredEntry& stored, std::optional<GroupId> group);
  LogEntry entry_from(const StoredEntry& stored);
  void restrict_to_scope(LogEntry& entry, const StoredEntry& stored);

  Store& store_;
  Authorizer& authorizer_;
};

}  // namespace allot
