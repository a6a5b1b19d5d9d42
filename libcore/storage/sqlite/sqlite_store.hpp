#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/base/temporary_file.hpp"
#include "libcore/storage/ledger.hpp"
#include "libcore/storage/sending_lock.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/store.hpp"
#include "libcore/storage/store_copy.hpp"

namespace allot {

class GrantColumns;

/// The file that a path names: device and inode.
using FileIdentity = std::pair<std::uint64_t, std::uint64_t>;

/// The rows of an SQLite store, current or as of a revision.
class SqliteSnapshot : public virtual Snapshot {
 public:
  /// Reads the rows as of a revision.
  SqliteSnapshot(Connection& connection, std::int64_t as_of) : connection_(connection), as_of_(as_of) {}

  const Catalogue& catalogue() override;
  void read_with(Catalogue& catalogue) override { names_ = &catalogue; }

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
  explicit SqliteSnapshot(Connection& connection) : connection_(connection) {}

  /// Returns the statement `sql` on the rows of this snapshot. Its parameters are `?` or names, not numbers.
  RowStatement over_rows(const char* sql);
  GrantColumns grant_columns();

  Connection& connection_;
  std::optional<Catalogue> catalogue_;
  std::vector<std::int64_t> counted_rows_;  // the row of `catalog` for each counted resource

 private:
  void load_catalogue();

  std::optional<std::int64_t> as_of_;
  Catalogue* names_ = nullptr;
  std::unordered_map<const char*, const char*> prefixed_;  // statements prefixed with the selection of versions
};

/// The ledger of an SQLite store.
class SqliteLedger : public Ledger {
 public:
  explicit SqliteLedger(Connection& connection) : connection_(connection) {}

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

  Connection& connection_;
};

/// A store in one SQLite file with mode 0600 and a rollback journal. It hides the database library.
class SqliteStore : public SqliteSnapshot, public Store {
 public:
  /// Creates a store that contains only the company and the built-in catalogue; `path` must not exist. The file gets
  /// its name when `save` is called; without that, no file is left.
  static std::unique_ptr<SqliteStore> create(const std::string& path);

  /// Opens an existing store; `wait` is the maximum wait for another process's lock.
  static std::unique_ptr<SqliteStore> open(const std::string& path, std::chrono::milliseconds wait);

  SqliteStore(std::unique_ptr<Connection> connection, std::string path, std::unique_ptr<TemporaryFile> unnamed = {});

  /// Returns the connection, for copies of whole stores.
  Connection& connection() { return connection_; }

  std::unique_ptr<Snapshot> rows_as_of(std::int64_t revision) override;
  std::int64_t revision() override;
  std::optional<std::int64_t> find_change_counter() override;
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
  Error not_ours() const;
  void require_rollback_journal();
  void require_not_read_only();
  void inspect();
  bool has_replaced(What what, GroupId group, std::string_view name, std::int64_t until);
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
  void mark_renamed(GroupId group, std::string_view name, std::string_view before);
  std::optional<std::string> find_renamed_from(GroupId group, std::string_view email, std::int64_t revision);
  std::optional<std::string> find_license_renamed_from(GroupId group, std::string_view name, std::int64_t revision);
  std::int64_t count_renamed_members();
  void settle_created();
  void list_items_of(GroupId group);
  std::vector<GroupId> find_places();
  bool is_saved();

  std::unique_ptr<TemporaryFile> unnamed_;  // the file of a new store before `save`; else null
  std::unique_ptr<Connection> owned_connection_;
  std::string path_;
  std::optional<FileIdentity> identity_;  // of the file when it was opened; nothing for a new store
  SqliteLedger ledger_;
  std::optional<StoredEntry> added_;  // the entry of the current write
  bool was_inspected_ = false;        // whether the file was verified to be a store
};

}  // namespace allot
