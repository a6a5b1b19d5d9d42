#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/progress.hpp"
#include "libcore/storage/store_reader.hpp"
#include "libcore/storage/write_scope.hpp"

namespace allot {

// Rows for bulk inserts, which are faster than single inserts; their texts must outlive the call.

struct NewGroup {
  GroupId id = 0;
  GroupId parent = 0;
  std::string_view name;
  const GroupTraits& traits;
};

struct NewLicense {
  GroupId group = 0;
  LicenseView license;
};

struct NewMembership {
  GroupId group = 0;
  MembershipView membership;
};

struct NewFigures {
  GroupId group = 0;
  Figures figures;
};

class Ledger;
class SendingLock;
class StoreCopy;

/// A store: reads and writes rows and maintains their versions. It applies no rules and does not compute figures. Every
/// function throws store (missing, damaged, read-only, full) or busy and requires a transaction, except where it says
/// otherwise. As a snapshot it has the current rows. A location is opened with libcore/storage/location.hpp.
class Store : public StoreReader {
 public:
  /// A transaction: all reads are of one moment, and all writes are saved or none. A read transaction inside another
  /// transaction is a part of it; an inner write transaction, as for a dry run in a batch, can only be rolled back.
  class Transaction;

  /// Returns whether a transaction is open.
  bool is_in_transaction() const { return depth_ > 0; }

  /// Gives a new store its name, outside a transaction; throws exists if another process created that store.
  virtual void save() = 0;

  /// Throws if the store cannot be written; requires no transaction and releases its lock again.
  virtual void require_writable() = 0;

  /// Opens the store once more, without a wait; null if that is not possible. It requires no transaction, and it may be
  /// called while another thread uses the store.
  virtual std::unique_ptr<Store> open_again() = 0;

  /// Returns the ledger of mails, which lives as long as the store.
  virtual Ledger& ledger() = 0;

  /// Returns the lock of the process that sends the mails of the store, outside a transaction; throws busy if another
  /// process keeps it for longer than `wait`.
  virtual std::unique_ptr<SendingLock> lock_sending(std::chrono::milliseconds wait) = 0;

  /// Begins a copy of the store to a new SQLite file, outside a transaction; throws exists if `file` exists.
  virtual std::unique_ptr<StoreCopy> begin_copy(const std::string& file) = 0;

  /// Announces what the next write transaction judges and changes: everything, if this is not called. On a server other
  /// writes may be made meanwhile, and may get a lower revision.
  virtual void expect_write(const WriteScope& /*scope*/) {}

  /// Returns the revision of the current write transaction; a store on a server takes the number when it is first
  /// needed, after which all other writes wait for the end of this one.
  virtual std::int64_t next_revision() { return write_.revision; }

  /// Returns the rows before the current write.
  std::unique_ptr<Snapshot> rows_before_write() { return rows_as_of(write_.revision - 1); }

  // The following functions change rows. A version that the current write created is overwritten; any other version is
  // moved to the history.

  virtual void add_counted(const std::string& name, const std::optional<std::string>& required) = 0;
  virtual void add_feature(const std::string& name) = 0;
  virtual void remove_entry(const std::string& name) = 0;

  virtual GroupId insert_group(GroupId parent, std::string_view name, const GroupTraits& traits) = 0;
  /// Inserts groups with reserved ids, each after its parent.
  virtual void insert_groups(const std::vector<NewGroup>& groups) = 0;
  /// Reserves `count` consecutive ids for groups that this write creates and returns the first.
  virtual GroupId reserve_groups(std::int64_t count) = 0;
  virtual void update_group(GroupId id, const GroupTraits& traits) = 0;
  virtual void rename_group(GroupId id, std::string_view name) = 0;
  virtual void move_group(GroupId id, GroupId parent) = 0;

  /// Removes a group with its contents and all groups below it.
  virtual void remove_groups(GroupId top, const ReportProgress& report = {}) = 0;
  /// Removes groups with their contents; no other group may be below them.
  virtual void remove_groups(const IdRanges& groups, const ReportProgress& report = {}) = 0;

  virtual void insert_license(GroupId group, const LicenseView& license) = 0;
  virtual void insert_licenses(const std::vector<NewLicense>& licenses) = 0;
  virtual void update_license(GroupId group, const LicenseView& license) = 0;
  virtual void remove_license(GroupId group, std::string_view name) = 0;
  /// Changes the name of a licence to one that no licence of the group has.
  virtual void rename_license(GroupId group, std::string_view name, std::string_view new_name) = 0;

  virtual void insert_membership(GroupId group, const MembershipView& membership) = 0;
  virtual void insert_memberships(const std::vector<NewMembership>& memberships) = 0;
  virtual void update_membership(GroupId group, const MembershipView& membership) = 0;
  virtual void remove_membership(GroupId group, std::string_view email) = 0;
  /// Changes the e-mail of a membership.
  virtual void rename_member(GroupId group, std::string_view email, std::string_view new_email) = 0;
  /// Records that a user may have several spellings.
  virtual void note_spellings() = 0;

  virtual void set_template(std::string_view name, const TemplateText& text) = 0;
  virtual void remove_template(std::string_view name) = 0;

  /// Defers the check of foreign keys to the commit.
  virtual void defer_references() = 0;

  /// Restores the version of a row that the write of `revision` replaced or removed, which must exist. For a group,
  /// neither its contents nor the groups below it are restored.
  virtual void restore(const ItemKey& key, std::int64_t revision) = 0;

  virtual void set_figures(GroupId group, const Figures& figures) = 0;
  /// Inserts figures of groups without a row in `figures`; the figures must not be all zero.
  virtual void insert_figures(const std::vector<NewFigures>& figures) = 0;

  /// Finishes the versions of the current write: a row with the same content as before the write gets its old version
  /// back.
  virtual void settle_versions() = 0;

  /// Adds the log entry of the current write, with the groups that it created and the groups at or below which it
  /// changed something, and sets the store's revision.
  virtual void add_entry(const StoredEntry& entry) = 0;
  /// Removes the log entries and the history up to and including `revision`.
  virtual void prune_log(std::int64_t revision) = 0;
  /// Returns the groups that the current write has created so far.
  const IdRanges& created_groups() const { return write_.created; }
  /// Returns whether the current write changed a row more than once, so that its steps differ from its net changes.
  bool has_repeated_changes() const { return write_.has_repeats; }

  /// The number of rows of a kind that the current write created, updated and removed.
  struct VersionCounts {
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t removed = 0;
  };
  virtual VersionCounts count_versions(What what) = 0;

  /// Drop and rebuild the indexes, so that many rows can be inserted without them.
  virtual void drop_indexes() = 0;
  virtual void build_indexes() = 0;

 protected:
  enum class TransactionKind { read, write };

  /// The state of the current write transaction with respect to row versions.
  struct WriteState {
    std::int64_t revision = 0;          // that of the state which the write is judged against, plus 1
    IdRanges created;                   // groups
    std::optional<GroupId> next_group;  // if ids were reserved
    bool has_indexes = true;            // whether the indexes were not dropped
    bool has_items = false;             // whether rows were added to log_items
    bool has_removals = false;          // whether rows were removed
    bool has_repeats = false;           // whether a row was changed again after a change or a removal
    std::vector<std::pair<GroupId, std::string>> renamed;  // memberships, by their new e-mails
    std::set<std::pair<GroupId, std::string>> readded;     // memberships removed and created again, by folded e-mail
  };

  /// Begins the outer transaction and verifies the store; on failure no transaction is open.
  virtual void begin(TransactionKind kind) = 0;
  virtual void commit() = 0;
  virtual void roll_back() noexcept = 0;
  /// Returns whether the outer transaction is open, as it may be after a commit that failed.
  virtual bool is_open() const = 0;
  /// Begin and undo the changes of an inner write.
  virtual void begin_trial() = 0;
  virtual void undo_trial() noexcept = 0;

  WriteState write_;

 private:
  int depth_ = 0;  // of nested transactions
};

class Store::Transaction {
 public:
  using Kind = TransactionKind;

  Transaction(Store& store, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Commits; throws if that fails. If the transaction is then no longer open, it is unknown whether it was saved.
  void commit();
  bool is_open() const { return is_open_; }

 private:
  void end();

  Store& store_;
  bool is_open_ = true;
  bool is_inner_ = false;
  std::unique_ptr<WriteState> around_;  // the state of the outer write of an inner write
};

}  // namespace allot
