#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcore/engine/aftermath.hpp"
#include "libcore/engine/engine.hpp"
#include "libcore/engine/entry_text.hpp"
#include "libcore/engine/sight.hpp"

namespace allot {

/// An entry of the log as one sees it who acts; allot-log(1). What others did above is told without their names.
struct LogEntry {
  std::int64_t revision = 0;
  std::int64_t time = 0;             ///< in seconds since 1970-01-01 UTC
  std::string login;                 ///< `kAbove` where the one who did it is out of sight
  std::optional<std::string> actor;  ///< whom it acted as; nothing for full rights, and where that is out of sight
  Via via = Via::command;
  std::optional<std::string> command;  ///< nothing where it may name what is out of sight
  std::int64_t changes = 0;            ///< how many things in sight it changed
};

/// An entry with everything that it changed in sight: in path order for one who does not see everything.
struct WholeEntry {
  LogEntry entry;
  std::vector<Change> changes;
  Catalogue catalogue;             ///< what the ids in the changes mean
  std::optional<GroupId> fresh{};  ///< the first row of groups that it made and that are not among `changes`, if any
  GroupId next_group = 0;          ///< the row after the last of them
};

/// Which entries of the log are wanted.
struct LogFilter {
  std::optional<GroupId> group;       ///< those that changed something at or below it
  std::optional<std::int64_t> since;  ///< in seconds since 1970-01-01 UTC
  std::optional<std::string> by;      ///< acted as that user
  std::optional<std::size_t> most;
};

/// The log as the one who acts sees it.
class Log {
 public:
  Log(Store& store, Sight& sight) : store_(store), sight_(sight) {}

  /// The entries, newest first.
  void for_each(const LogFilter& filter, const std::function<void(const LogEntry&)>& visit);

  /// Whether the actor sees an entry.
  bool sees(std::int64_t revision);

  /// Whether groups from `/` down lead into what is in sight.
  bool is_in_sight(const std::vector<std::int64_t>& way);

  /// Takes out of what an entry tells all that is out of sight.
  void restrict_to_sight(EntryContent& content);

  /// The lines of an entry's content that tell of what is in sight.
  std::string lines_in_sight(const std::string& content);

  /// An entry whole; throws not_found where it is not there or out of sight.
  WholeEntry get(std::int64_t revision);

  /// The error for an entry that is not there.
  Error no_such_entry(std::int64_t revision);

 private:
  std::vector<std::int64_t> revisions_in_sight();
  LogEntry entry_from(const StoredEntry& stored);
  WholeEntry get_in_sight(const StoredEntry& stored);
  bool changes_in_sight(const StoredEntry& stored, GroupId group);
  bool is_author_in_sight(const StoredEntry& stored);
  bool is_all_of_author_in_sight(const StoredEntry& stored);
  using Parents = std::map<GroupId, GroupId>;  // of groups that an entry moved, where they were before
  static Parents parents_before(const EntryContent& content);
  bool was_in_sight(GroupId group, const Parents& before);
  bool restrict_to_sight(Change& change, const Parents& before);
  void restrict_to_sight(LogEntry& entry, const StoredEntry& stored);
  Aftermath& aftermath();

  Store& store_;
  Sight& sight_;
  std::optional<Aftermath> aftermath_;  // once it is asked for
};

}  // namespace allot
