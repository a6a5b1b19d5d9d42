#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/item.hpp"
#include "libcore/storage/id_ranges.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

/// A log entry as stored: a row of `log` in schemas/sqlite.
struct StoredEntry {
  std::int64_t revision = 0;
  std::int64_t time = 0;
  std::string login;
  std::optional<std::string> actor;
  std::vector<GroupId> actor_groups;
  int via = 0;
  std::string command;
  std::optional<std::string> message{};
  std::int64_t changes = 0;
  IdRanges created;  ///< the groups that it created
};

/// Reads a store: the current rows, the log and the row versions. Every function throws store (missing, damaged) and
/// requires a transaction.
class StoreReader : public virtual Snapshot {
 public:
  /// Returns the rows as of a revision, which may be that of the current write.
  virtual std::unique_ptr<Snapshot> rows_as_of(std::int64_t revision) = 0;

  /// Returns the revision of the last committed write.
  virtual std::int64_t revision() = 0;

  /// Returns a number that every commit changes; nothing if the storage has none. Outside a transaction it is read
  /// without a lock, so that it may be that of a commit which is not finished. Throws store if the store was removed or
  /// replaced since it was opened.
  virtual std::optional<std::int64_t> find_change_counter() = 0;

  /// Describes a use of a catalogue entry by a licence, a membership or another entry; nothing if it is not used.
  virtual std::optional<std::string> find_use(const std::string& name) = 0;

  /// Returns the e-mails of all users in lower case.
  virtual std::vector<std::string> find_spelled_users() = 0;

  /// Returns the current figures of a group.
  Figures figures_of(GroupId group) { return *find_figures(group); }
  /// Calls `visit` with each place in `groups`, of which many are announced together.
  void for_each_announced(const std::vector<GroupId>& groups, const std::function<void(std::size_t)>& visit);
  /// Calls `visit` with the place in `groups` and the current figures of each group, in this order.
  void for_figures_of(const std::vector<GroupId>& groups,
                      const std::function<void(std::size_t, const Figures&)>& visit);
  virtual void for_each_figures(const std::function<void(GroupId, Figures&&)>& visit) = 0;

  /// Returns whether the store has no groups except the company, no licences, no memberships and no history.
  virtual bool is_empty() = 0;

  virtual std::optional<StoredEntry> find_entry(std::int64_t revision) = 0;
  /// Calls `visit` for the entries up to `last`, newest first, until it returns false.
  virtual void for_each_entry(const std::function<bool(StoredEntry&&)>& visit,
                              std::int64_t last = std::numeric_limits<std::int64_t>::max()) = 0;
  /// Returns the last revision whose entry was pruned; 0 if there is none.
  virtual std::int64_t pruned_revision() = 0;
  /// Returns the revisions above `after` of the entries with changes at or below a group, including its creation.
  virtual std::vector<std::int64_t> entries_at(GroupId group, std::int64_t after = 0) = 0;
  /// Returns the newest of these revisions; 0 if there is none.
  virtual std::int64_t newest_entry_at(GroupId group) = 0;
  /// Returns the groups that the entries from `first` on name as places, by revision and id.
  virtual std::map<std::int64_t, std::vector<GroupId>> places_since(std::int64_t first) = 0;

  using VisitKey = std::function<void(ItemKey&&)>;
  /// Visits the rows of which an entry replaced or removed a version.
  virtual void for_each_replaced(std::int64_t revision, const VisitKey& visit) = 0;
  using VisitItem = std::function<void(ItemKey&&, std::optional<std::string>&& renamed_from)>;
  /// Visits the rows that an entry created outside the groups that it created; a licence or membership that it renamed
  /// with its name, or e-mail in lower case, before it.
  virtual void for_each_created_item(std::int64_t revision, const VisitItem& visit) = 0;
  /// Visit the groups in `range` that an entry created, and the rows that it created in them, by kind and key.
  virtual void for_each_created_group(std::int64_t revision, const IdRanges::Range& range,
                                      const std::function<void(GroupId)>& visit) = 0;
  virtual void for_each_created_in(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit) = 0;
  /// Visits the rows that an entry created in `range` and that changed since; a row may be visited twice.
  virtual void for_each_changed_since(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit) = 0;
  /// Returns the revisions that wrote, replaced or removed versions of a row, in ascending order.
  virtual std::vector<std::int64_t> revisions_of(const ItemKey& key) = 0;
  /// Returns the revisions that wrote the current rows that use a catalogue entry.
  virtual std::vector<std::int64_t> revisions_using(const std::string& name) = 0;
  /// Returns the parents of `groups` that are not themselves in `groups`.
  virtual std::vector<GroupId> parents_above(const IdRanges& groups) = 0;

  /// Calls `visit` for every version of every row, with the revision that wrote it.
  virtual void for_each_version(const std::function<void(const ItemKey&, std::int64_t since)>& visit) = 0;
  /// A version of a row and the revision that wrote it.
  struct Version {
    ItemKey key;
    std::int64_t since = 0;
  };
  /// Returns for each version whether its write replaced a version of the row or lists the row as created.
  virtual std::vector<bool> have_beginnings(const std::vector<Version>& versions) = 0;
  /// Visits the versions that overlap another version of the row or begin or end at a revision above `newest`, which is
  /// that of an open write transaction or of the last entry, and the rows that an entry lists as created but did not
  /// create; `fault` describes the fault.
  virtual void for_each_misplaced_version(std::int64_t newest,
                                          const std::function<void(const ItemKey&, const char* fault)>& visit) = 0;

  /// Returns SQLite's journal mode of the file, such as `delete`; empty for a store on a server.
  virtual std::string journal_mode() = 0;

  /// Returns the faults that SQLite's integrity and foreign key checks and the check of the schema find, one line each.
  virtual std::vector<std::string> find_damage() = 0;
};

}  // namespace allot
