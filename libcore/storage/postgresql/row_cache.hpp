#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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

  void put(CachedGroup group);
  void put_missing(GroupId parent, std::string_view name) { names_[{parent, std::string{name}}] = 0; }
  void put_user(std::string email_key, UserMemberships memberships);

  void set_figures(GroupId id, const Figures& figures);
  void forget_group(GroupId id);
  void forget_user(const std::string& email_key) { users_.erase(email_key); }
  /// Forgets everything about groups.
  void forget_groups();
  void clear();

 private:
  std::unordered_map<GroupId, CachedGroup> groups_;
  std::map<std::pair<GroupId, std::string>, GroupId, std::less<>> names_;  // 0: there is none
  std::unordered_map<std::string, UserMemberships> users_;
};

}  // namespace allot
