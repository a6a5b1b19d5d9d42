#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "libcore/access/authorizer.hpp"
#include "libcore/edit/outcome.hpp"
#include "libcore/model/effects.hpp"
#include "libcore/storage/ledger.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// Given in place of a change that is not recorded at once; `RowChanges::coalesce` reads it from the row versions.
struct ReadLater {};

/// Changes the rows of a store within one write. Each change requires an authorization that covers it; it is counted,
/// and kept for the report while there is space: `change` is a function that returns the `Change` and is only called
/// for a change that is kept, or `ReadLater`. Figures are derived values and need no authorization.
class RowChanges {
 public:
  /// The arguments must outlive this object; at most `most_changes` changes are kept in `outcome`.
  RowChanges(Store& store, Authorizer& authorizer, Outcome& outcome, std::size_t most_changes)
      : store_(store), authorizer_(authorizer), outcome_(outcome), most_changes_(most_changes) {}

  template <typename Make>
  GroupId insert_group(const Authorization& authorization, GroupId parent, std::string_view name,
                       const GroupTraits& traits, Make change) {
    authorization.require(Permission::inside, parent);
    const GroupId group = store_.insert_group(parent, name, traits);
    record(Op::create, What::group, change);
    return group;
  }

  /// Changes only the reminder of a group if `permission` is `inside`.
  template <typename Make>
  void update_group(const Authorization& authorization, Permission permission, GroupId group, const GroupTraits& before,
                    const GroupTraits& traits, Make change) {
    authorization.require(permission, group);
    store_.update_group(group, traits);
    if (may_change_blocks(before, traits)) blocks_changed_in(group);
    record(Op::update, What::group, change);
  }

  /// Sets the remaining properties of a group that this write inserted.
  void complete_group(const Authorization& authorization, GroupId group, const GroupTraits& traits) {
    authorization.require(Permission::group, group);
    store_.update_group(group, traits);
    read_later();
  }

  template <typename Make>
  void rename_group(const Authorization& authorization, GroupId group, std::string_view name, Make change) {
    authorization.require(Permission::group, group);
    store_.rename_group(group, name);
    has_other_paths_ = true;
    record(Op::update, What::group, change);
  }

  /// Moves a group below `parent`; `into` must authorize changes in `parent`.
  template <typename Make>
  void move_group(const Authorization& authorization, GroupId group, const Authorization& into, GroupId parent,
                  Make change) {
    authorization.require(Permission::group, group);
    into.require(Permission::inside, parent);
    store_.move_group(group, parent);
    has_other_paths_ = true;
    blocks_changed_in(group);
    record(Op::update, What::group, change);
  }

  /// Removes a group with its contents and all groups below it. The caller records each item with `record_removal`,
  /// or calls `read_later`.
  void remove_groups(const Authorization& authorization, GroupId top, const ReportProgress& report) {
    authorization.require(Permission::group, top);
    store_.remove_groups(top, report);
  }
  /// Does the same for the groups of an authorized plan; no other group may be below them.
  void remove_groups(const Authorization& authorization, const IdRanges& groups, const ReportProgress& report) {
    authorization.require_plan();
    store_.remove_groups(groups, report);
  }
  /// Makes `coalesce` read the changes from the row versions.
  void read_later() {
    reads_later_ = true;
    authorizer_.forget();
  }
  /// Records that an item was removed together with its group.
  template <typename Make>
  void record_removal(What what, Make change) {
    record(Op::remove, what, change);
  }

  template <typename Make>
  void insert_license(const Authorization& authorization, GroupId group, const LicenseView& license, Make change) {
    authorization.require(Permission::group, group);
    store_.insert_license(group, license);
    blocks_changed_in(group);
    record(Op::create, What::license, change);
  }

  template <typename Make>
  void update_license(const Authorization& authorization, GroupId group, const Grant& before,
                      const LicenseView& license, Make change) {
    authorization.require(Permission::group, group);
    store_.update_license(group, license);
    if (may_change_blocks(before, license.grant)) blocks_changed_in(group);
    record(Op::update, What::license, change);
  }

  template <typename Make>
  void remove_license(const Authorization& authorization, GroupId group, std::string_view name, Make change) {
    authorization.require(Permission::group, group);
    store_.remove_license(group, name);
    blocks_changed_in(group);
    record(Op::remove, What::license, change);
  }

  /// Renames a licence; the reminders that were sent for it stay sent.
  template <typename Make>
  void rename_license(const Authorization& authorization, GroupId group, std::string_view name,
                      std::string_view new_name, Make change) {
    authorization.require(Permission::group, group);
    store_.rename_license(group, name, new_name);
    store_.ledger().rename_license(group, name, new_name);
    record(Op::update, What::license, change);
  }

  template <typename Make>
  void insert_membership(const Authorization& authorization, GroupId group, const MembershipView& membership,
                         Make change) {
    authorization.require(Permission::inside, group);
    store_.insert_membership(group, membership);
    record(Op::create, What::membership, change);
  }

  template <typename Make>
  void update_membership(const Authorization& authorization, GroupId group, const MembershipView& membership,
                         Make change) {
    authorization.require(Permission::inside, group);
    store_.update_membership(group, membership);
    record(Op::update, What::membership, change);
  }

  template <typename Make>
  void remove_membership(const Authorization& authorization, GroupId group, std::string_view email, Make change) {
    authorization.require(Permission::inside, group);
    store_.remove_membership(group, email);
    record(Op::remove, What::membership, change);
  }

  template <typename Make>
  void rename_member(const Authorization& authorization, GroupId group, std::string_view email,
                     std::string_view new_email, Make change) {
    authorization.require(Permission::inside, group);
    store_.rename_member(group, email, new_email);
    record(Op::update, What::membership, change);
  }

  template <typename Make>
  void add_counted(const Authorization& authorization, const std::string& name,
                   const std::optional<std::string>& required, Make change) {
    authorization.require_company();
    store_.add_counted(name, required);
    record(Op::create, What::catalog, change);
  }

  template <typename Make>
  void add_feature(const Authorization& authorization, const std::string& name, Make change) {
    authorization.require_company();
    store_.add_feature(name);
    record(Op::create, What::catalog, change);
  }

  template <typename Make>
  void remove_entry(const Authorization& authorization, const std::string& name, Make change) {
    authorization.require_company();
    store_.remove_entry(name);
    record(Op::remove, What::catalog, change);
  }

  template <typename Make>
  void set_template(const Authorization& authorization, Op op, const std::string& name, const TemplateText& text,
                    Make change) {
    authorization.require_company();
    store_.set_template(name, text);
    record(op, What::mail_template, change);
  }

  template <typename Make>
  void remove_template(const Authorization& authorization, const std::string& name, Make change) {
    authorization.require_company();
    store_.remove_template(name);
    record(Op::remove, What::mail_template, change);
  }

  /// Records the groups and the catalogue with which a store is created.
  template <typename Make>
  void record_new_store(const Authorization& authorization, Make change) {
    authorization.require_company();
    record(Op::create, What::group, change);
  }

  /// Inserts rows of an authorized plan; `change_of(i)` returns the change of row `i`. See Store.
  template <typename ChangeOf>
  void insert_groups(const Authorization& authorization, const std::vector<NewGroup>& groups, ChangeOf change_of) {
    authorization.require_plan();
    store_.insert_groups(groups);
    for (std::size_t i = 0; i < groups.size(); ++i) record(Op::create, What::group, [&] { return change_of(i); });
  }
  template <typename ChangeOf>
  void insert_licenses(const Authorization& authorization, const std::vector<NewLicense>& licenses,
                       ChangeOf change_of) {
    authorization.require_plan();
    store_.insert_licenses(licenses);
    for (std::size_t i = 0; i < licenses.size(); ++i) {
      blocks_changed_in(licenses[i].group);
      record(Op::create, What::license, [&] { return change_of(i); });
    }
  }
  template <typename ChangeOf>
  void insert_memberships(const Authorization& authorization, const std::vector<NewMembership>& memberships,
                          ChangeOf change_of) {
    authorization.require_plan();
    store_.insert_memberships(memberships);
    for (std::size_t i = 0; i < memberships.size(); ++i)
      record(Op::create, What::membership, [&] { return change_of(i); });
  }
  GroupId reserve_groups(std::int64_t count) { return store_.reserve_groups(count); }

  /// Restores the version of a row that the write of `revision` replaced or removed, for an authorized plan; see Store.
  /// The caller names the groups in or below which other items may be blocked then with `blocks_changed_in`.
  void restore(const Authorization& authorization, const ItemKey& key, std::int64_t revision) {
    authorization.require_plan();
    store_.restore(key, revision);
    read_later();
  }
  /// Defers the check of foreign keys to the commit.
  void defer_references() { store_.defer_references(); }

  void set_figures(GroupId group, const Figures& figures) { store_.set_figures(group, figures); }
  void insert_figures(const std::vector<NewFigures>& figures) { store_.insert_figures(figures); }

  /// Drop and rebuild the indexes, so that many rows can be inserted without them.
  void drop_indexes() { store_.drop_indexes(); }
  void build_indexes() { store_.build_indexes(); }

  /// Records that the blocks of a group may have changed: its suspension, restriction, licences or parent. A group that
  /// was restored is recorded too, unless its parent was.
  void blocks_changed_in(GroupId group) {
    if (blocking_.empty() || blocking_.back() != group) blocking_.push_back(group);
  }
  /// Returns the recorded groups; a group may be there more than once.
  const std::vector<GroupId>& blocking_groups() const { return blocking_; }

  /// Counts an item that already was as specified.
  void keep(What what) { outcome_.unchanged.of(what) += 1; }

  /// Returns whether `revision` is that of this write.
  bool is_own(std::int64_t revision) const { return revision == this->revision(); }
  /// Returns the revision of this write.
  std::int64_t revision() const { return store_.next_revision(); }

  /// Recomputes the counters and the changes from the row versions of the write, if a change was not recorded, the
  /// write changed a row more than once, or a path changed between two changes. Sorts the changes.
  void coalesce();

 private:
  template <typename Make>
  void record(Op op, What what, Make change) {
    if constexpr (std::is_same_v<Make, ReadLater>) {
      read_later();
    } else {
      if (what == What::group || what == What::membership) authorizer_.forget();
      outcome_.counters_of(op).of(what) += 1;
      const bool is_kept = outcome_.changes.size() < most_changes_;
      outcome_.has_all_changes = outcome_.has_all_changes && is_kept;
      if (is_kept) outcome_.changes.push_back(change());
    }
  }

  Store& store_;
  Authorizer& authorizer_;
  Outcome& outcome_;
  std::size_t most_changes_;
  bool reads_later_ = false;
  bool has_other_paths_ =
      false;  // whether a group was renamed or moved, so that changes before and after name other paths
  std::vector<GroupId> blocking_;
};

}  // namespace allot
