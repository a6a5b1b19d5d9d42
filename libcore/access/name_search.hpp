#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcore/access/authorizer.hpp"
#include "libcore/model/path.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

/// The first matches of a search, in order.
template <typename Item>
struct Matches {
  std::vector<Item> items;
  bool is_cut = false;  ///< there are more than `items`
  std::string common;   ///< of a cut list: a text that every match begins with; empty if none is known
};

/// A name that leads to visible groups.
struct FoundGroup {
  Path path;
  GroupTraits traits;       ///< of a visible group
  bool is_visible = false;  ///< whether the actor sees the group itself
  bool has_groups = false;  ///< whether there are visible groups below it
};

/// A user with the name and the role that one visible membership has.
struct FoundUser {
  std::string email;
  std::string name;
  Role role = Role::user;
};

/// Finds the visible names that begin with a text without regard to case. What it returns depends on nothing that the
/// actor does not see.
class NameSearch {
 public:
  /// Both must outlive this object.
  NameSearch(Snapshot& rows, Authorizer& authorizer) : rows_(rows), authorizer_(authorizer) {}

  /// Finds groups whose names begin with `start`, below the groups named `above` from `/` down. A group that has the
  /// exact name takes precedence over groups that have it in another case.
  Matches<FoundGroup> groups(const std::vector<std::string>& above, std::string_view start, std::size_t most);

  /// Finds users by their e-mail.
  Matches<FoundUser> users(std::string_view start, std::size_t most);

  /// Finds the users of a group by their e-mail; none if the group does not exist or is not visible.
  Matches<FoundUser> members(const Path& group, std::string_view start, std::size_t most);

  /// Returns the visible groups that a user belongs to, in path order.
  std::vector<Path> groups_of(std::string_view email);

  /// Returns the kinds of visible groups by name; in a large tree only the first thousands of groups are considered.
  std::vector<std::string> kinds();

 private:
  /// A group on the way to those that are searched. A group that is not visible has no id.
  struct Place {
    Path path;
    std::optional<GroupId> visible;
  };

  Place company();
  std::vector<Place> find_places(const std::vector<std::string>& names);
  std::vector<Place> children_named(const Place& place, const std::string& name);
  void find_below(const Place& place, std::string_view start, std::size_t most, Matches<FoundGroup>& found);
  void find_above_scope(const Place& place, std::string_view start, Matches<FoundGroup>& found);
  FoundGroup found_group(Path path, const std::optional<StoredGroup>& group);

  bool has_child(GroupId parent, const std::string& prefix);
  std::optional<StoredGroup> find_group(const Path& path);

  Matches<FoundUser> all_users(const std::vector<std::string>& prefixes, std::size_t most);
  std::optional<Matches<FoundUser>> users_by_group(const std::vector<std::string>& prefixes, std::size_t most,
                                                   std::size_t groups);
  std::optional<Matches<FoundUser>> users_by_email(const std::vector<std::string>& prefixes, std::size_t most,
                                                   std::size_t memberships);
  AccessLevel access_in(GroupId id, std::size_t depth);

  Snapshot& rows_;
  Authorizer& authorizer_;
  std::unordered_map<GroupId, AccessLevel> access_;
};

}  // namespace allot
