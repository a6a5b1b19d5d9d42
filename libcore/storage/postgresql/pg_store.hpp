#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libcore/storage/ledger.hpp"
#include "libcore/storage/postgresql/connection.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/postgresql/row_cache.hpp"
#include "libcore/storage/sending_lock.hpp"
#include "libcore/storage/store.hpp"
#include "libcore/storage/store_copy.hpp"

namespace allot {

class GrantColumns;

/// The number of rows from which they are inserted with COPY.
inline constexpr std::size_t kFewRows = 16;

/// The number of groups or memberships that a walk reads in one round trip.
inline constexpr std::int64_t kAtOnce = 2000;

/// The number of ids of groups that the sequence `group_ids` reserves at a time.
inline constexpr std::int64_t kGroupBlock = 1024;

/// Reserves $1 blocks.
inline constexpr const char* kReserveGroups =
    "SELECT min(id), max(id), count(*) FROM (SELECT nextval('group_ids') AS id FROM generate_series(1, $1)) AS blocks";

inline constexpr const char* kReadCatalogue = "SELECT id, name, counted, requires FROM catalog ORDER BY id";

/// The rows of a store on a server, current or as of a revision.
class PgSnapshot : public virtual Snapshot {
 public:
  /// Reads the rows as of a revision.
  PgSnapshot(PgConnection& connection, std::int64_t as_of) : connection_(connection), as_of_(as_of) {}

  const Catalogue& catalogue() override;
  void read_with(Catalogue& catalogue) override { names_ = &catalogue; }

  /// Takes over rows of this snapshot that are known.
  void know(RowCache cache) { cache_ = std::move(cache); }

  void expect_path(const Path& path) override;
  void expect_ancestors(GroupId group) override;
  void expect_user(std::string_view email) override;
  void expect_groups(const std::vector<GroupId>& groups) override;
  void expect_members(const std::vector<GroupId>& groups) override;
  void expect_children(const std::vector<std::pair<GroupId, std::string>>& children) override;
  void expect_items(const std::vector<ItemKey>& items) override;

  std::optional<StoredGroup> find_group(GroupId parent, std::string_view name) override;
  std::optional<StoredGroup> find_group(GroupId id) override;
  void for_each_child(GroupId parent, const VisitGroup& visit) override;
  std::vector<StoredGroup> first_children(GroupId parent, std::size_t most, std::string_view prefix) override;
  std::optional<std::string> find_last_child_name(GroupId parent, std::string_view prefix) override;
  void for_each_group(const VisitGroup& visit) override;
  void for_each_reminding(const VisitGroup& visit) override;
  std::vector<std::string> find_child_names(GroupId parent, std::string_view prefix, std::size_t most) override;
  std::vector<GroupId> find_groups_named(std::string_view name) override;
  std::vector<std::string> find_kinds(std::size_t most) override;
  StoreSize size() override;
  StoreSize size_below(GroupId top) override;
  std::vector<License> licenses_of(GroupId group) override;
  std::optional<License> find_license(GroupId group, std::string_view name) override;
  void for_each_license(const std::function<void(GroupId, License&&)>& visit) override;
  std::optional<Membership> find_membership(GroupId group, std::string_view email) override;
  void for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit) override;
  std::vector<Membership> first_members(GroupId group, std::size_t most, std::string_view prefix) override;
  std::optional<std::string> find_last_member(GroupId group, std::string_view prefix) override;
  void for_each_membership(const std::function<void(GroupId, const MembershipView&)>& visit) override;
  void for_each_membership_below(const std::vector<GroupId>& tops,
                                 const std::function<void(GroupId, const MembershipView&)>& visit) override;
  std::vector<std::pair<GroupId, Membership>> memberships_of(std::string_view email,
                                                             std::optional<std::int64_t> most) override;
  std::optional<std::string> find_email(std::string_view email) override;
  std::optional<std::string> find_next_email(std::string_view prefix, std::string_view after) override;
  std::vector<std::pair<std::string, GroupId>> next_user_groups(std::string_view prefix,
                                                                const std::pair<std::string, GroupId>& after,
                                                                std::size_t most) override;
  std::optional<std::string> find_last_email(std::string_view prefix) override;
  bool has_users() override;
  std::optional<Figures> find_figures(GroupId group) override;
  std::optional<TemplateText> find_template(std::string_view name) override;
  std::vector<std::string> template_names() override;

 protected:
  /// Reads the current rows.
  explicit PgSnapshot(PgConnection& connection) : connection_(connection) {}

  /// Returns `sql` changed to read the rows of this snapshot.
  const char* over_rows(const char* sql);
  GrantColumns grant_columns();

  /// Queues what was expected before the transaction, and forgets what was read in the last one.
  void queue_expected();
  /// Reads what is expected into the cache.
  void receive_expected();
  /// Returns the cache with everything that is expected.
  RowCache& cache() {
    if (!expected_.empty()) receive_expected();
    return cache_;
  }

  /// Returns the children of a group by name, and reads groups below them, kAtOnce in all; nothing if there are more
  /// present children.
  std::optional<std::vector<GroupId>> read_children(GroupId top);
  std::vector<GroupId> read_children_without_figures(GroupId top);
  /// Reads the memberships of a group and of the groups that a walk visits next, about kAtOnce in all; returns false if
  /// the group has more.
  bool read_members(GroupId group);
  void read_members_without_figures(GroupId first);
  /// Returns the figures of a group if they have not changed since, and reads those of the groups that a walk visits
  /// next.
  std::optional<Figures> find_past_figures(GroupId group);
  /// Returns the figures of a group, if they are known and agree with its rows.
  const Figures* find_known_figures(GroupId group);

  PgConnection& connection_;
  bool has_figures_ =
      true;  // whether figures agree with the rows: not after changes of many rows, until they are saved
  std::optional<Catalogue> catalogue_;
  std::vector<std::int64_t> counted_rows_;  // the row of `catalog` for each counted resource

 private:
  /// A query that was announced: of the groups of a path, of those from a group up, or of the memberships of a user.
  struct Expected {
    PgQuery query;
    std::optional<Path> path;
    GroupId group = 0;
    std::string email_key;
  };

  void load_catalogue();
  void expect(Expected expected);
  void receive_user(Expected& expected);
  void note_missing(const Path& path);

  std::optional<std::int64_t> as_of_;
  Catalogue* names_ = nullptr;
  RowCache cache_;
  std::vector<Expected> expected_;
  std::vector<GroupId> awaited_;                           // whose memberships are expected and not read yet
  std::unordered_map<const char*, std::string> prefixed_;  // statements prefixed with the selection of versions
};

/// The ledger of a store on a server.
class PgLedger : public Ledger {
 public:
  explicit PgLedger(PgConnection& connection) : connection_(connection) {}

  std::vector<DeliveryRecord> deliveries_of(std::string_view recipient, const Slot& slot) override;
  std::vector<StoredMail> open_mails() override;
  std::vector<OpenWarning> open_warnings() override;
  MailContents contents_of(std::int64_t mail) override;
  std::int64_t add(const StoredMail& mail, const MailContents& contents) override;
  void begin_again(const StoredMail& mail, const MailContents& contents) override;
  void end_warnings(const WarningKey& key) override;
  void settle(std::int64_t mail, MailState state, std::int64_t moment, std::string_view answer) override;
  void rename_license(GroupId group, std::string_view name, std::string_view new_name) override;
  void for_each(const std::function<bool(StoredMail&&)>& visit) override;

 private:
  std::vector<MailSlot> slots_of(std::int64_t mail);
  std::vector<MailWarning> warnings_of(std::int64_t mail);
  void add_contents(const StoredMail& mail, const MailContents& contents);

  PgConnection& connection_;
};

/// A store in the schema `allot` of a PostgreSQL database. Writes whose scopes do not meet are made at the same time,
/// up to the first change of a row: this sets the counter, the row of `store`, which is then locked until the end.
class PgStore : public PgSnapshot, public Store {
 public:
  /// Creates a store that contains only the company and the built-in catalogue, in a transaction that `save` commits;
  /// throws exists if there is one.
  static std::unique_ptr<Store> create(const std::string& location);

  /// Connects to an existing store; `wait` is the maximum wait for a lock.
  static std::unique_ptr<Store> open(const std::string& location, std::chrono::milliseconds wait);

  PgStore(std::unique_ptr<PgConnection> connection, std::chrono::milliseconds wait);
  ~PgStore() override;

  std::unique_ptr<Snapshot> rows_as_of(std::int64_t revision) override;
  std::int64_t revision() override;
  std::optional<std::int64_t> find_change_counter() override { return std::nullopt; }
  std::optional<std::string> find_use(const std::string& name) override;
  std::vector<std::string> find_spelled_users() override;
  void for_each_figures(const std::function<void(GroupId, Figures&&)>& visit) override;
  bool is_empty() override;
  std::optional<StoredEntry> find_entry(std::int64_t revision) override;
  void for_each_entry(const std::function<bool(StoredEntry&&)>& visit, std::int64_t last) override;
  std::int64_t pruned_revision() override;
  std::vector<std::int64_t> entries_at(GroupId group, std::int64_t after) override;
  std::int64_t newest_entry_at(GroupId group) override;
  std::map<std::int64_t, std::vector<GroupId>> places_since(std::int64_t first) override;
  void for_each_replaced(std::int64_t revision, const VisitKey& visit) override;
  void for_each_created_item(std::int64_t revision, const VisitItem& visit) override;
  void for_each_created_group(std::int64_t revision, const IdRanges::Range& range,
                              const std::function<void(GroupId)>& visit) override;
  void for_each_created_in(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit) override;
  void for_each_changed_since(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit) override;
  std::vector<std::int64_t> revisions_of(const ItemKey& key) override;
  std::vector<std::int64_t> revisions_using(const std::string& name) override;
  std::vector<GroupId> parents_above(const IdRanges& groups) override;
  void for_each_version(const std::function<void(const ItemKey&, std::int64_t since)>& visit) override;
  std::vector<bool> have_beginnings(const std::vector<Version>& versions) override;
  void for_each_misplaced_version(std::int64_t newest,
                                  const std::function<void(const ItemKey&, const char* fault)>& visit) override;
  std::string journal_mode() override;
  std::vector<std::string> find_damage() override;

  void expect_write(const WriteScope& scope) override { expected_write_ = scope; }
  std::int64_t next_revision() override;
  void save() override;
  void require_writable() override;
  std::unique_ptr<Store> open_again() override;
  Ledger& ledger() override { return ledger_; }
  std::unique_ptr<SendingLock> lock_sending(std::chrono::milliseconds wait) override;
  std::unique_ptr<StoreCopy> begin_copy(const std::string& file) override;
  void add_counted(const std::string& name, const std::optional<std::string>& required) override;
  void add_feature(const std::string& name) override;
  void remove_entry(const std::string& name) override;
  GroupId insert_group(GroupId parent, std::string_view name, const GroupTraits& traits) override;
  void insert_groups(const std::vector<NewGroup>& groups) override;
  GroupId reserve_groups(std::int64_t count) override;
  void update_group(GroupId id, const GroupTraits& traits) override;
  void rename_group(GroupId id, std::string_view name) override;
  void move_group(GroupId id, GroupId parent) override;
  void remove_groups(GroupId top, const ReportProgress& report) override;
  void remove_groups(const IdRanges& groups, const ReportProgress& report) override;
  void insert_license(GroupId group, const LicenseView& license) override;
  void insert_licenses(const std::vector<NewLicense>& licenses) override;
  void update_license(GroupId group, const LicenseView& license) override;
  void remove_license(GroupId group, std::string_view name) override;
  void rename_license(GroupId group, std::string_view name, std::string_view new_name) override;
  void insert_membership(GroupId group, const MembershipView& membership) override;
  void insert_memberships(const std::vector<NewMembership>& memberships) override;
  void update_membership(GroupId group, const MembershipView& membership) override;
  void remove_membership(GroupId group, std::string_view email) override;
  void rename_member(GroupId group, std::string_view email, std::string_view new_email) override;
  void note_spellings() override;
  void set_template(std::string_view name, const TemplateText& text) override;
  void remove_template(std::string_view name) override;
  void defer_references() override;
  void restore(const ItemKey& key, std::int64_t revision) override;
  void set_figures(GroupId group, const Figures& figures) override;
  void insert_figures(const std::vector<NewFigures>& figures) override;
  void settle_versions() override;
  void add_entry(const StoredEntry& entry) override;
  void prune_log(std::int64_t revision) override;
  VersionCounts count_versions(What what) override;
  void drop_indexes() override;
  void build_indexes() override;

 protected:
  void begin(TransactionKind kind) override;
  void commit() override;
  void roll_back() noexcept override;
  bool is_open() const override;
  void begin_trial() override;
  void undo_trial() noexcept override;

 private:
  /// The row of `store`.
  struct Counter {
    std::int64_t revision = 0;
    std::int64_t pruned = 0;
    bool has_spellings = false;
    bool may_write = false;  // whether the role may
  };

  /// The keys of the rows that the current write changed and removed, as hashes.
  struct ChangedKeys {
    std::unordered_set<std::size_t> changed;
    std::unordered_set<std::size_t> removed;
  };

  bool try_begin_write(const WriteScope& scope);
  void prepare_transaction();
  Counter& counter();
  void set_counter();
  void take_blocks(const PgQuery& blocks);
  PgRevision new_revision();
  void find_out(const Error& loss);
  bool has_replaced(What what, GroupId group, std::string_view name, const PgRevision& until);
  void remember_item(What what, GroupId group, std::string_view name);
  void forget_item(What what, GroupId group, std::string_view name);
  void note_change(What what, GroupId group, std::string_view name);
  void keep_group(GroupId id);
  void keep_license(GroupId group, std::string_view name);
  void keep_membership(GroupId group, std::string_view email);
  void keep_template(std::string_view name);
  void copy_groups(const std::vector<NewGroup>& groups);
  void restore_group(GroupId id, std::int64_t revision);
  void restore_license(const ItemKey& key, std::int64_t revision);
  void restore_membership(const ItemKey& key, std::int64_t revision);
  void settle_renamed();
  void mark_renamed(GroupId group, std::string_view name, std::string_view before);
  std::optional<std::string> find_renamed_from(GroupId group, std::string_view email, std::int64_t revision);
  std::optional<std::string> find_license_renamed_from(GroupId group, std::string_view name, std::int64_t revision);
  std::int64_t count_renamed_members();
  void settle_created();
  void add_places();
  void list_items_of(GroupId group);

  std::unique_ptr<PgConnection> owned_connection_;
  PgLedger ledger_;
  std::chrono::milliseconds wait_;
  WriteScope expected_write_ = WriteScope::everything();
  bool has_all_locks_ = false;             // whether nobody else writes during the current write
  std::optional<Counter> counter_;         // as it was before the current write
  std::optional<PgQuery> setting_;         // of the counter by the current write
  std::optional<PgQuery> setting_around_;  // that of the outer write of an inner write
  std::optional<std::int64_t> number_;     // the revision of the current write, if it had to be asked
  std::chrono::steady_clock::time_point lock_deadline_;
  std::optional<std::int64_t> write_key_;  // of the current write, whose lock it has
  std::optional<std::int64_t> entry_key_;  // the same if the write has an entry
  IdRanges::Range group_ids_{0, 0};        // reserved and not used
  ChangedKeys keys_;
  ChangedKeys keys_around_;  // those of the outer write of an inner write
  bool notes_spellings_ = false;
  bool is_new_ = false;  // whether it was created and not saved
  bool has_indexes_ = true;
};

}  // namespace allot
