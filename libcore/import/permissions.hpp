#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libcore/access/authorizer.hpp"
#include "libcore/import/merge.hpp"

namespace allot {

/// What the actor may change in the subtree of an import. Unchanged items require no permission.
class ImportPermissions {
 public:
  /// The last group of `target` is the top of `tree`. The arguments must outlive this object.
  ImportPermissions(Authorizer& authorizer, const AncestorPath& target, const Tree& tree);

  /// Returns whether the actor may make such a change to a group of the tree; one that is not in the store yet is like
  /// its parent.
  bool allows(Tree::Row group, Permission permission);

  /// Throws denied unless the actor may.
  void require(Tree::Row group, Permission permission);

  /// Requires all changes of `merge` to groups and licences.
  void require_changes(const Merge& merge);

  /// Returns the authorization for all changes of the import, each of which must be required before it is made.
  Authorization authorization() const { return Authorization{this}; }

 private:
  AccessLevel access_in(Tree::Row group);

  const Authorizer& authorizer_;
  std::shared_ptr<const Scope> scope_;  // before the import
  const Tree& tree_;
  std::string top_;
  AccessLevel above_top_;
  std::vector<AccessLevel> in_;  // for each group of the tree, as far as it was asked for
};

}  // namespace allot
