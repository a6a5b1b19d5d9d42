#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "libcore/model/scope.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

/// Resolves the paths of groups in one snapshot of the tree, and whether the actor sees them.
class TreeAt {
 public:
  struct Place {
    bool exists = false;
    GroupId parent = 0;
    AccessLevel access = AccessLevel::none;
    std::string path;  ///< `kAbove` if the group is not visible

    bool is_visible() const { return access != AccessLevel::none; }
  };

  /// Both arguments must outlive this object.
  TreeAt(Snapshot& snapshot, const Scope& scope) : snapshot_(snapshot), scope_(scope) {}

  /// Returns the place of a group; throws store if the ancestors form a cycle.
  const Place& find(GroupId group) { return find(group, 0); }

  bool is_visible(GroupId group) { return find(group).is_visible(); }

 private:
  const Place& find(GroupId group, int depth);

  Snapshot& snapshot_;
  const Scope& scope_;
  std::unordered_map<GroupId, Place> places_;
  std::unordered_map<GroupId, std::string> full_paths_;
};

}  // namespace allot
