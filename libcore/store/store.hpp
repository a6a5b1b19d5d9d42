#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/base/progress.hpp"
#include "libcore/base/temporary_file.hpp"
#include "libcore/model/hierarchy.hpp"
#include "libcore/model/letter.hpp"
#include "libcore/model/rules.hpp"

namespace allot {

class Connection;

/// A group's row in the store.
using GroupId = std::int64_t;

/// The company, `/`.
inline constexpr GroupId kRootGroup = 1;

/// A group as it is stored.
struct StoredGroup {
  GroupId id = 0;
  GroupId parent = 0;  ///< 0 for the company
  std::string name;
  GroupTraits traits;
};

/// What is kept of a group for speed and can be recomputed.
struct Figures {
  std::int64_t children = 0;
  std::int64_t members = 0;
  std::int64_t ceilings = 0;  ///< how many shared groups below draw on it, or through it where it is not restricted
  Tally allotted;

  bool operator==(const Figures&) const = default;
};

/// The figures of a group as they stand elsewhere.
struct FiguresView {
  FiguresView(std::int64_t its_children, std::int64_t its_members, std::int64_t its_ceilings, const Tally& its_allotted)
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
  const Tally& allotted;
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

/// How many rows of each kind there are.
struct StoreSize {
  std::int64_t groups = 0;
  std::int64_t licenses = 0;
  std::int64_t memberships = 0;
};

/// An entry of the log as it is stored; schemas/store/0002_log.sql.
struct StoredEntry {
  std::int64_t revision = 0;
  std::int64_t time = 0;
  std::string login;
  std::optional<std::string> actor;
  std::vector<GroupId> actor_groups;
  int via = 0;
  std::string command;
  std::int64_t changes = 0;
  std::optional<GroupId> fresh;
  GroupId next_group = 0;
  std::string content;  ///< read by `find_entry` alone
};

/// The SQLite file: rows in, rows out. It knows no rule, keeps no figure by itself and hides its database library.
/// Every function throws store (missing, damaged, read-only, full) or busy; all but the constructors want a
/// transaction.
class Store {
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

  /// A scope in which everything is read as of one moment and, where writing, saved as a whole or not at all. Inside
  /// another one it is a part of it, which can be given up by itself.
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
    void end();

    Store& store_;
    Kind kind_;
    bool is_open_ = true;
    bool is_inner_ = false;
    std::int64_t version_before_ = 0;  // what a migration is given up to
  };

  /// Throws what is wrong with a store that is to be written, and lets it go again.
  void require_writable();

  /// A copy in memory, which is gone with the result and whose rows may refer to what is not there.
  Store copy_in_memory(const ReportProgress& report = {});

  std::int64_t revision();
  void set_revision(std::int64_t revision);

  /// The catalogue, in the order in which its entries were added.
  const Catalogue& catalogue();
  void add_counted(const std::string& name, std::optional<ResourceId> requires_id);
  void add_feature(const std::string& name);
  void remove_entry(const std::string& name);

  /// What uses an entry of the catalogue (a licence, a membership or another entry), in words; nothing if nothing does.
  std::optional<std::string> find_use(const std::string& name);

  std::optional<StoredGroup> find_group(GroupId parent, std::string_view name);
  std::optional<StoredGroup> find_group(GroupId id);
  GroupId insert_group(GroupId parent, std::string_view name, const GroupTraits& traits);
  /// Inserts groups in rows that are free, each after its parent.
  void insert_groups(const std::vector<NewGroup>& groups);
  /// The first of the rows that no group has had since the last one that is there was made.
  GroupId next_group();
  void update_group(GroupId id, const GroupTraits& traits);
  void rename_group(GroupId id, std::string_view name);
  void move_group(GroupId id, GroupId parent);

  /// Removes the group with everything in it and below it.
  void remove_groups(GroupId top, const ReportProgress& report = {});

  /// Removes the groups in the rows from `first` on and before `end` with everything in them; none other hangs below.
  void remove_group_rows(GroupId first, GroupId end);

  using VisitGroup = std::function<void(StoredGroup&&)>;
  /// The children of a group by name; `visit` may use the store.
  void for_each_child(GroupId parent, const VisitGroup& visit);
  std::vector<StoredGroup> first_children(GroupId parent, std::size_t most);
  /// Every group, by row.
  void for_each_group(const VisitGroup& visit);
  /// The names of up to `most` children that begin with `prefix`, by name.
  std::vector<std::string> find_child_names(GroupId parent, std::string_view prefix, std::size_t most);

  /// The licences of a group by name.
  std::vector<License> licenses_of(GroupId group);
  std::optional<License> find_license(GroupId group, std::string_view name);
  void insert_license(GroupId group, const LicenseView& license);
  void update_license(GroupId group, const LicenseView& license);
  void remove_license(GroupId group, std::string_view name);
  /// Every licence, by group row and name.
  void for_each_license(const std::function<void(GroupId, License&&)>& visit);

  std::optional<Membership> find_membership(GroupId group, std::string_view email);
  void insert_membership(GroupId group, const MembershipView& membership);
  void insert_memberships(const std::vector<NewMembership>& memberships);
  void update_membership(GroupId group, const MembershipView& membership);
  void remove_membership(GroupId group, std::string_view email);
  /// The memberships of a group by e-mail; each view lives for its call of `visit`, which may use the store.
  void for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit);
  std::vector<Membership> first_members(GroupId group, std::size_t most);
  /// Every membership, by group row and e-mail; each view lives for its call of `visit`.
  void for_each_membership(const std::function<void(GroupId, const MembershipView&)>& visit);
  /// The groups in which a user has a membership, with it, by group row.
  std::vector<std::pair<GroupId, Membership>> memberships_of(std::string_view email);
  /// How the e-mail was first written; nothing if there is no such user.
  std::optional<std::string> find_email(std::string_view email);
  /// Gives a membership another e-mail.
  void rename_member(GroupId group, std::string_view email, std::string_view new_email);
  /// Remembers that a user may be spelled in several ways.
  void note_spellings();
  /// The users that are, in small letters.
  std::vector<std::string> find_spelled_users();
  std::vector<std::string> find_emails(std::string_view prefix, std::size_t most);

  Figures figures_of(GroupId group);
  void set_figures(GroupId group, const FiguresView& figures);
  /// Inserts figures of groups that have none; none of them may be zero.
  void insert_figures(const std::vector<NewFigures>& figures);
  void remove_all_figures();
  void for_each_figures(const std::function<void(GroupId, Figures&&)>& visit);

  /// Adds an entry that changed something at or below the groups `places`, which are in order; it sets `next_group`.
  void add_entry(const StoredEntry& entry, const std::vector<GroupId>& places);
  std::optional<StoredEntry> find_entry(std::int64_t revision);
  /// Entries from the newest down, without their content, until `visit` gives false.
  void for_each_entry(const std::function<bool(StoredEntry&&)>& visit);
  /// The revision after which the log begins; that of the store where it has no log yet.
  std::int64_t logged_from();
  /// The revisions of the entries above `after` that changed something at or below a group, its own making included.
  std::vector<std::int64_t> entries_at(GroupId group, std::int64_t after = 0);
  /// The same for the groups in the rows from `first` on and before `end`, without their making.
  std::vector<std::int64_t> entries_in(GroupId first, GroupId end, std::int64_t after);
  /// The newest at a group; 0 if there is none.
  std::int64_t newest_entry_at(GroupId group);
  /// The entry that made a group; nothing where that was before the log began.
  std::optional<std::int64_t> find_making(GroupId group);

  /// The groups that have a reminder, by row.
  void for_each_reminding(const VisitGroup& visit);

  /// The texts that were set in place of a built-in template.
  std::optional<Letter> find_template(std::string_view name);
  void set_template(std::string_view name, const Letter& text);
  void remove_template(std::string_view name);

  StoreSize size();

  /// How many groups there are at and below `top`.
  std::int64_t count_groups(GroupId top);

  /// Drops the indexes and builds them again, so that many rows can be written without them.
  void drop_indexes();
  void build_indexes();
  /// Lets groups have equal names for a while, in a copy whose rows are changed one by one.
  void allow_equal_names();
  bool is_empty();
  bool has_users();

  /// SQLite's journal mode of the file, such as `delete`.
  std::string journal_mode();

  /// What SQLite's own checks find: integrity and foreign keys, one line each.
  std::vector<std::string> find_damage();

 private:
  friend class Ledger;
  friend class StoreCopy;

  explicit Store(std::unique_ptr<Connection> connection, std::string path);

  std::unique_ptr<TemporaryFile> unnamed_;  // the file of a store that was not saved yet; else null
  std::unique_ptr<Connection> connection_;
  std::string path_;
  std::optional<Catalogue> catalogue_;
  std::vector<std::int64_t> counted_rows_;  // the catalog row of each counted resource
  bool was_inspected_ = false;              // whether the file was found to be a store
  std::int64_t version_ = 0;                // of its schema
  int depth_ = 0;                           // of transactions: an inner one is part of the outer

  Error not_ours() const;
  void require_rollback_journal();
  void require_not_read_only();
  void inspect();
  void migrate();
  void load_catalogue();
};

}  // namespace allot
