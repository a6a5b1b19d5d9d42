#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/base/progress.hpp"
#include "libcore/base/temporary_file.hpp"
#include "libcore/model/item.hpp"
#include "libcore/storage/id_ranges.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

/// The figures of a group as they stand elsewhere.
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

// Rows that are inserted many at a time, which costs less than one by one; the texts in them must live as long.

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

/// An entry of the log as it is stored: a row of `log` in schemas/sqlite.
struct StoredEntry {
  std::int64_t revision = 0;
  std::int64_t time = 0;
  std::string login;
  std::optional<std::string> actor;
  std::vector<GroupId> actor_groups;
  int via = 0;
  std::string command;
  std::int64_t changes = 0;
  IdRanges created;  ///< the groups that it created
};

/// The SQLite file: rows in, rows out, with their versions. It knows no rule, keeps no figure by itself and hides its
/// database library. Every function throws store (missing, damaged, read-only, full) or busy; all but the constructors
/// want a transaction. As a snapshot it has the current rows.
class Store : public Snapshot {
 public:
  /// Changes settings of SQLite for the whole process, which makes a start faster: memory is allocated when it is
  /// needed, and not counted. For a program that uses SQLite through this library alone, before its first store; false
  /// where SQLite refuses, as it does after its first use.
  static bool tune_process();

  /// Makes a new store with mode 0600 that holds the company alone and the built-in catalogue; `path` must not exist.
  /// It appears under its name only when `save` is called; without, nothing is left behind.
  static Store create(const std::string& path);

  /// Opens an existing store; `wait` is how long to wait for another process's lock.
  static Store open(const std::string& path, std::chrono::milliseconds wait);

  Store(Store&&) noexcept;
  ~Store();

  /// Gives a store that was just made its name; throws exists if another process was faster.
  void save();

  const std::string& path() const { return path_; }

  /// Whether a transaction is open.
  bool is_in_transaction() const { return depth_ > 0; }

 private:
  /// What the write transaction at hand did with versions.
  struct WriteState {
    std::int64_t revision = 0;
    IdRanges created;                   // groups
    std::optional<GroupId> next_group;  // where ids were reserved
    bool has_items = false;             // whether it added rows to log_items
    bool has_removals = false;          // whether it removed rows
    bool has_repeats = false;           // whether it changed a row again that it had changed or removed
    std::vector<std::pair<GroupId, std::string>> renamed;  // memberships, by their new e-mails
    std::set<std::pair<GroupId, std::string>> readded;     // those that it removed and created again, by small e-mails
  };

 public:
  /// A scope in which everything is read as of one moment and, where writing, saved as a whole or not at all. One that
  /// is inside another one is a part of it; where it writes, as a dry run in a batch, it can only be given up.
  class Transaction {
   public:
    enum class Kind { read, write };

    Transaction(Store& store, Kind kind);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Throws where that fails; whether it was saved then is not known if the transaction is open no more.
    void commit();
    bool is_open() const { return is_open_; }

   private:
    void begin_trial();
    void end();

    Store& store_;
    bool is_open_ = true;
    bool is_inner_ = false;
    std::unique_ptr<WriteState> around_;  // of the write around a trial
  };

  /// Throws what is wrong with a store that is to be written, and lets it go again.
  void require_writable();

  /// The rows as they were after the write of a revision; of the current write too.
  Snapshot rows_as_of(std::int64_t revision) { return {*connection_, revision}; }

  /// The revision of the last write that was committed.
  std::int64_t revision();

  /// The revision that the write transaction at hand gives to the versions that it writes.
  std::int64_t next_revision() const { return write_.revision; }

  // What follows replaces versions of rows: those that the current write made are overwritten, others go to the
  // history.

  void add_counted(const std::string& name, const std::optional<std::string>& required);
  void add_feature(const std::string& name);
  void remove_entry(const std::string& name);

  /// What uses an entry of the catalogue (a licence, a membership or another entry), in words; nothing if nothing does.
  std::optional<std::string> find_use(const std::string& name);

  GroupId insert_group(GroupId parent, std::string_view name, const GroupTraits& traits);
  /// Inserts groups whose ids were reserved, each after its parent.
  void insert_groups(const std::vector<NewGroup>& groups);
  /// Reserves `count` successive ids for groups that this write creates and returns the first.
  GroupId reserve_groups(std::int64_t count);
  void update_group(GroupId id, const GroupTraits& traits);
  void rename_group(GroupId id, std::string_view name);
  void move_group(GroupId id, GroupId parent);

  /// Removes the group with everything in it and below it.
  void remove_groups(GroupId top, const ReportProgress& report = {});
  /// Removes groups with everything in them; no other group is below them.
  void remove_groups(const IdRanges& groups, const ReportProgress& report = {});

  void insert_license(GroupId group, const LicenseView& license);
  void update_license(GroupId group, const LicenseView& license);
  void remove_license(GroupId group, std::string_view name);

  void insert_membership(GroupId group, const MembershipView& membership);
  void insert_memberships(const std::vector<NewMembership>& memberships);
  void update_membership(GroupId group, const MembershipView& membership);
  void remove_membership(GroupId group, std::string_view email);
  /// Gives a membership another e-mail.
  void rename_member(GroupId group, std::string_view email, std::string_view new_email);
  /// Records that a user may be spelled in several ways.
  void note_spellings();
  /// The users that are, in small letters.
  std::vector<std::string> find_spelled_users();

  void set_template(std::string_view name, const TemplateText& text);
  void remove_template(std::string_view name);

  /// Lets references between rows be checked when the transaction is committed.
  void defer_references();

  /// Makes a row what the write of `revision` replaced or removed, which must be there. Of a group neither its contents
  /// nor those below it are restored.
  void restore(const ItemKey& key, std::int64_t revision);

  /// The figures of a group as they are.
  Figures figures_of(GroupId group);
  void set_figures(GroupId group, const FiguresView& figures);
  /// Inserts figures of groups that have none; none of them may be zero.
  void insert_figures(const std::vector<NewFigures>& figures);
  void for_each_figures(const std::function<void(GroupId, Figures&&)>& visit);

  /// Ends the write at hand: a row that has the content with which it began gets back its version.
  void settle_versions();

  /// Adds the entry of the write at hand, with the groups that it created and those at or below which it changed
  /// something, and makes its revision that of the store.
  void add_entry(const StoredEntry& entry);
  std::optional<StoredEntry> find_entry(std::int64_t revision);
  /// Entries from the newest down until `visit` gives false.
  void for_each_entry(const std::function<bool(StoredEntry&&)>& visit);
  /// The last revision whose entry was pruned; 0 if none was.
  std::int64_t pruned_revision();
  /// Removes the entries and history up to and including `revision`.
  void prune_log(std::int64_t revision);
  /// The groups that the write at hand created so far.
  const IdRanges& created_groups() const { return write_.created; }
  /// Whether the write at hand changed a row more than once, so that its changes are not its steps.
  bool has_repeated_changes() const { return write_.has_repeats; }

  using VisitKey = std::function<void(ItemKey&&)>;
  /// The rows of which an entry replaced or removed a version.
  void for_each_replaced(std::int64_t revision, const VisitKey& visit);
  /// The rows that an entry created outside of the groups that it created.
  void for_each_created_item(std::int64_t revision, const VisitKey& visit);
  /// The groups in `range` that an entry created, and what it created in them: by kind, then by key.
  void for_each_created_group(std::int64_t revision, const IdRanges::Range& range,
                              const std::function<void(GroupId)>& visit);
  void for_each_created_in(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit);
  /// Of what an entry created in `range`, the rows that are not the versions that it left: each may be visited twice.
  void for_each_changed_since(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit);
  /// The revisions that wrote, replaced or removed versions of a row, in order.
  std::vector<std::int64_t> revisions_of(const ItemKey& key);
  /// The revisions that wrote the rows that use an entry of the catalogue now.
  std::vector<std::int64_t> revisions_using(const std::string& name);
  /// The groups above those of `groups` that are not among them.
  std::vector<GroupId> parents_above(const IdRanges& groups);

  /// How many rows of a kind the write at hand created, updated and removed.
  struct VersionCounts {
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t removed = 0;
  };
  VersionCounts count_versions(What what);

  /// The e-mail that a membership had before the write of `revision`, where that changed it.
  std::optional<std::string> find_renamed_from(GroupId group, std::string_view email, std::int64_t revision);

  /// The groups that the entries from `first` on name as their places, by revision and in order.
  std::map<std::int64_t, std::vector<GroupId>> places_since(std::int64_t first);

  /// Every version of every row, with the revision that wrote it.
  void for_each_version(const std::function<void(const ItemKey&, std::int64_t since)>& visit);
  /// Whether the write of `since` replaced a version of a row or lists the row as created.
  bool has_beginning(const ItemKey& key, std::int64_t since);
  /// The versions that overlap another of the same row, or begin or end at a revision that the store does not have, and
  /// the rows that an entry lists as created and did not create, each with what is wrong.
  void for_each_misplaced_version(const std::function<void(const ItemKey&, const char* fault)>& visit);

  /// The revisions above `after` of the entries that changed something at or below a group, its creation included.
  std::vector<std::int64_t> entries_at(GroupId group, std::int64_t after = 0);
  /// The newest of them; 0 if there is none.
  std::int64_t newest_entry_at(GroupId group);

  /// Drops the indexes and builds them again, so that many rows can be written without them.
  void drop_indexes();
  void build_indexes();
  bool is_empty();

  /// SQLite's journal mode of the file, such as `delete`.
  std::string journal_mode();

  /// What SQLite's own checks find: integrity and foreign keys, one line each.
  std::vector<std::string> find_damage();

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

  std::unique_ptr<TemporaryFile> unnamed_;  // the file of a store that was not saved yet; else null
  std::unique_ptr<Connection> owned_connection_;
  std::string path_;
  bool was_inspected_ = false;  // whether the file was found to be a store
  int depth_ = 0;               // of transactions: an inner one is part of the outer
  WriteState write_;
};

}  // namespace allot
