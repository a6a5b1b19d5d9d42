#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "libcore/model/scope.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

/// Where groups are in one snapshot of the tree, and whether an actor sees them there.
class TreeAt {
 public:
  struct Place {
    bool exists = false;
    GroupId parent = 0;
    AccessLevel access = AccessLevel::none;
    std::string path;  ///< `kAbove` where the actor does not see the group

    bool is_visible() const { return access != AccessLevel::none; }
  };

  /// Both must outlive it.
  TreeAt(Snapshot& snapshot, const Scope& scope) : snapshot_(snapshot), scope_(scope) {}

  /// Throws store where the groups above have no end.
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
