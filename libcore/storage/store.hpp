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

#include "libcore/base/error.hpp"
#include "libcore/base/progress.hpp"
#include "libcore/base/temporary_file.hpp"
#include "libcore/storage/store_reader.hpp"

namespace allot {

/// The figures of a group, with a reference to usage that is stored elsewhere.
struct FiguresView {
  FiguresView(std::int64_t its_children, std::int64_t its_members, std::int64_t its_ceilings, const Usage& its_allotted)
      : children(its_children), members(its_members), ceilings(its_ceilings), allotted(its_allotted) {}
  FiguresView(const Figures& figures)
      : FiguresView(figures.children, figures.members, figures.ceilings, figures.allotted) {}

  bool is_zero() const { return children == 0 && members == 0 && ceilings == 0 && allotted.is_zero(); }
  bool operator==(const FiguresView& other) const {
    return children == other.children && members == other.members && ceilings == other.ceilings &&
           allotted == other.allotted;
  }

  std::int64_t children;
  std::int64_t members;
  std::int64_t ceilings;
  const Usage& allotted;
};

// Rows for bulk inserts, which are faster than single inserts; their texts must outlive the call.

struct NewGroup {
  GroupId id = 0;
  GroupId parent = 0;
  std::string_view name;
  const GroupTraits& traits;
};

struct NewMembership {
  GroupId group = 0;
  MembershipView membership;
};

struct NewFigures {
  GroupId group = 0;
  FiguresView figures;
};

/// The SQLite store: reads and writes rows and maintains their versions. It applies no rules, does not compute figures
/// and hides the database library. Every function throws store (missing, damaged, read-only, full) or busy; all except
/// the constructors require a transaction. As a snapshot it has the current rows.
class Store : public StoreReader {
 public:
  /// Configures SQLite for the whole process so that a start is faster: memory is allocated on demand and not counted.
  /// It must be called before the first store is opened, by a program that uses SQLite only through this library.
  /// Returns false if SQLite refuses the settings, as it does after its first use.
  static bool tune_process();

  /// Creates a store with mode 0600 that contains only the company and the built-in catalogue; `path` must not exist.
  /// The file gets its name when `save` is called; without that, no file is left.
  static Store create(const std::string& path);

  /// Opens an existing store; `wait` is the maximum wait for another process's lock.
  static Store open(const std::string& path, std::chrono::milliseconds wait);

  Store(Store&&) noexcept;
  ~Store();

  /// Gives a new store its name; throws exists if another process created that file.
  void save();

  const std::string& path() const { return path_; }

  /// Returns whether a transaction is open.
  bool is_in_transaction() const { return depth_ > 0; }

 private:
  /// The state of the current write transaction with respect to row versions.
  struct WriteState {
    std::int64_t revision = 0;
    IdRanges created;                   // groups
    std::optional<GroupId> next_group;  // if ids were reserved
    bool has_items = false;             // whether rows were added to log_items
    bool has_removals = false;          // whether rows were removed
    bool has_repeats = false;           // whether a row was changed again after a change or a removal
    std::vector<std::pair<GroupId, std::string>> renamed;  // memberships, by their new e-mails
    std::set<std::pair<GroupId, std::string>> readded;     // memberships removed and created again, by folded e-mail
  };

 public:
  /// A transaction: all reads are of one moment, and all writes are saved or none. A read transaction inside another
  /// transaction is a part of it; an inner write transaction, as for a dry run in a batch, can only be rolled back.
  class Transaction {
   public:
    enum class Kind { read, write };

    Transaction(Store& store, Kind kind);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Commits; throws if that fails. If the transaction is then no longer open, it is unknown whether it was saved.
    void commit();
    bool is_open() const { return is_open_; }

   private:
    void begin_trial();
    void end();

    Store& store_;
    bool is_open_ = true;
    bool is_inner_ = false;
    std::unique_ptr<WriteState> around_;  // the state of the outer write of an inner write
  };

  /// Throws if the store cannot be written; releases its lock again.
  void require_writable();

  /// Returns the revision of the current write transaction.
  std::int64_t next_revision() const { return write_.revision; }

  // The following functions change rows. A version that the current write created is overwritten; any other version is
  // moved to the history.

  void add_counted(const std::string& name, const std::optional<std::string>& required);
  void add_feature(const std::string& name);
  void remove_entry(const std::string& name);

  GroupId insert_group(GroupId parent, std::string_view name, const GroupTraits& traits);
  /// Inserts groups with reserved ids, each after its parent.
  void insert_groups(const std::vector<NewGroup>& groups);
  /// Reserves `count` consecutive ids for groups that this write creates and returns the first.
  GroupId reserve_groups(std::int64_t count);
  void update_group(GroupId id, const GroupTraits& traits);
  void rename_group(GroupId id, std::string_view name);
  void move_group(GroupId id, GroupId parent);

  /// Removes a group with its contents and all groups below it.
  void remove_groups(GroupId top, const ReportProgress& report = {});
  /// Removes groups with their contents; no other group may be below them.
  void remove_groups(const IdRanges& groups, const ReportProgress& report = {});

  void insert_license(GroupId group, const LicenseView& license);
  void update_license(GroupId group, const LicenseView& license);
  void remove_license(GroupId group, std::string_view name);

  void insert_membership(GroupId group, const MembershipView& membership);
  void insert_memberships(const std::vector<NewMembership>& memberships);
  void update_membership(GroupId group, const MembershipView& membership);
  void remove_membership(GroupId group, std::string_view email);
  /// Changes the e-mail of a membership.
  void rename_member(GroupId group, std::string_view email, std::string_view new_email);
  /// Records that a user may have several spellings.
  void note_spellings();

  void set_template(std::string_view name, const TemplateText& text);
  void remove_template(std::string_view name);

  /// Defers the check of foreign keys to the commit.
  void defer_references();

  /// Restores the version of a row that the write of `revision` replaced or removed, which must exist. For a group,
  /// neither its contents nor the groups below it are restored.
  void restore(const ItemKey& key, std::int64_t revision);

  void set_figures(GroupId group, const FiguresView& figures);
  /// Inserts figures of groups without a row in `figures`; the figures must not be all zero.
  void insert_figures(const std::vector<NewFigures>& figures);

  /// Finishes the versions of the current write: a row with the same content as before the write gets its old version
  /// back.
  void settle_versions();

  /// Adds the log entry of the current write, with the groups that it created and the groups at or below which it
  /// changed something, and sets the store's revision.
  void add_entry(const StoredEntry& entry);
  /// Removes the log entries and the history up to and including `revision`.
  void prune_log(std::int64_t revision);
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
  VersionCounts count_versions(What what);

  /// Drop and rebuild the indexes, so that many rows can be inserted without them.
  void drop_indexes();
  void build_indexes();

 private:
  friend class Ledger;
  friend class StoreCopy;

  explicit Store(std::unique_ptr<Connection> connection, std::string path);

  Error not_ours() const;
  void require_rollback_journal();
  void require_not_read_only();
  void inspect();
  void remember_item(What what, GroupId group, std::string_view name);
  void forget_item(What what, GroupId group, std::string_view name);
  void note_kept(std::int64_t kept);
  void keep_group(GroupId id);
  void keep_license(GroupId group, std::string_view name);
  void keep_membership(GroupId group, std::string_view email);
  void keep_template(std::string_view name);
  void restore_group(GroupId id, std::int64_t revision);
  void restore_license(const ItemKey& key, std::int64_t revision);
  void restore_membership(const ItemKey& key, std::int64_t revision);
  void settle_renamed();
  void settle_created();
  void list_items_of(GroupId group);
  std::vector<GroupId> find_places();

  std::unique_ptr<TemporaryFile> unnamed_;  // the file of a new store before `save`; else null
  std::unique_ptr<Connection> owned_connection_;
  std::string path_;
  bool was_inspected_ = false;  // whether the file was verified to be a store
  int depth_ = 0;               // of nested transactions
  WriteState write_;
};

}  // namespace allot
