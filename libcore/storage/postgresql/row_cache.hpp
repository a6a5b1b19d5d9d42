#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libcore/model/path.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

/// A group with its figures and licences.
struct CachedGroup {
  StoredGroup group;
  std::optional<Figures> figures;  ///< nothing where they have to be asked for
  std::vector<License> licenses;
};

/// All memberships of a user, with the ids of their groups, by group id.
using UserMemberships = std::vector<std::pair<GroupId, Membership>>;

/// Rows that were read ahead in a transaction, and kept as they are after its changes.
class RowCache {
 public:
  const CachedGroup* find(GroupId id) const;
  /// Returns the group of a name, null for a name that was not found; nothing if the name was not read.
  std::optional<const CachedGroup*> find(GroupId parent, std::string_view name) const;
  /// Returns whether it is known which groups of a path there are.
  bool has_path(const Path& path) const;
  const UserMemberships* find_user(std::string_view email_key) const;
  /// Returns whether it is known that no group has this id.
  bool is_absent(GroupId id) const { return absent_.contains(id); }
  /// Returns the figures of a group in a past revision, nothing if they changed since; null if this is not known.
  const std::optional<Figures>* find_past_figures(GroupId id) const;
  /// Returns the membership of a group and user, null if there is none; nothing if it is not known.
  std::optional<const Membership*> find_membership(GroupId group, const std::string& email_key) const;

  /// Returns the children of a group by name; null if they are not known.
  const std::vector<GroupId>* find_children(GroupId parent) const;
  /// Takes the memberships of a group by e-mail; nothing if they are not known.
  std::optional<std::vector<Membership>> take_members(GroupId group);
  bool has_members(GroupId group) const { return members_.contains(group); }

  /// Forgets all groups if this many more are too many.
  void make_space(std::size_t count);
  void put(CachedGroup group);
  void put_children(GroupId parent, std::vector<GroupId> children) { children_[parent] = std::move(children); }
  /// Records that the memberships of a group are known: those that are put after this.
  void put_members_of(GroupId group) { members_[group].clear(); }
  void forget_members_of(GroupId group) { members_.erase(group); }
  void put_member(GroupId group, Membership membership) { members_[group].push_back(std::move(membership)); }
  void put_missing(GroupId parent, std::string_view name) { names_[{parent, std::string{name}}] = 0; }
  void put_user(std::string email_key, UserMemberships memberships);
  void put_absent(GroupId id) { absent_.insert(id); }
  void put_past_figures(GroupId id, std::optional<Figures> figures) { past_figures_[id] = std::move(figures); }
  /// Replaces the memberships that `find_membership` finds; a user without a value has none.
  void set_memberships(std::map<std::pair<GroupId, std::string>, std::optional<Membership>> memberships) {
    memberships_ = std::move(memberships);
  }

  /// Records that the current write created a group.
  void put_created(CachedGroup group);
  /// Returns a group whose row, other than its figures, the current write changes; null if it is not known.
  CachedGroup* change(GroupId id);
  /// Changes the parent and name of a group.
  void place(GroupId id, GroupId parent, std::string_view name);

  /// Begins a write, before its first change.
  void begin_write();
  /// Returns the groups as they were before the current write, without figures: at most those that are known.
  RowCache before_write() const;

  void set_figures(GroupId id, const Figures& figures);
  /// Changes a membership, or adds it to those of its user; an e-mail keeps its spelling.
  void put_membership(GroupId group, const MembershipView& membership);
  void remove_membership(GroupId group, const std::string& email_key);
  /// Forgets the membership of a group and user.
  void forget_membership(GroupId group, const std::string& email_key);
  /// Forgets a user, and all memberships by group.
  void forget_user(const std::string& email_key);
  /// Forgets a group, after a change of it that is not known.
  void forget_group(GroupId id);
  /// Forgets a group and which children any group has, after it was restored.
  void forget_place(GroupId id);
  /// Forgets everything about groups, after changes of groups that are not known.
  void forget_groups();
  void clear();

 private:
  void forget_lists(GroupId group, const std::string& email_key);

  std::unordered_map<GroupId, CachedGroup> groups_;
  std::unordered_map<GroupId, std::optional<CachedGroup>> originals_;  // before the write; nothing for a created group
  bool knows_originals_ = false;  // whether every group that the write changed is in `originals_`
  std::map<std::pair<GroupId, std::string>, GroupId, std::less<>> names_;  // 0: there is none
  std::unordered_map<GroupId, std::vector<GroupId>> children_;
  std::unordered_map<GroupId, std::vector<Membership>> members_;
  std::unordered_map<std::string, UserMemberships> users_;
  std::map<std::pair<GroupId, std::string>, std::optional<Membership>> memberships_;
  std::unordered_set<GroupId> absent_;
  std::unordered_map<GroupId, std::optional<Figures>> past_figures_;
};

}  // namespace allot
