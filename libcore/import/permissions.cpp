#include "libcore/import/permissions.hpp"

namespace allot {
namespace {

/// The actor's access levels in the groups of a subtree and in the parent of its top group.
class AccessLevels {
 public:
  AccessLevels(const AncestorPath& target, const Tree& tree) : tree_(tree) {
    const std::size_t top = target.size() - 1;
    above_top_ = top > 0 ? target[top - 1].access : target[top].access;
    in_.reserve(tree.groups().size());
    in_.push_back(target[top].access);
  }

  /// Computes the access levels of all groups; a group that is not in the store yet has that of its parent.
  void read(const Scope& scope) {
    for (Tree::Row row = 1; row < tree_.groups().size(); ++row) {
      const Tree::Group& group = tree_.groups()[row];
      in_.push_back(scope.access_in(group.id, in_[group.parent]));
    }
  }

  bool has_all() const { return above_top_ == AccessLevel::administer; }
  bool has(Tree::Row group, Permission permission) const {
    if (permission == Permission::inside) return in_[group] == AccessLevel::administer;
    return (group == 0 ? above_top_ : in_[tree_.groups()[group].parent]) == AccessLevel::administer;
  }

 private:
  const Tree& tree_;
  AccessLevel above_top_ = AccessLevel::none;
  std::vector<AccessLevel> in_;
};

bool is_changed(Merge::RowFate fate) { return fate != Merge::RowFate::left && fate != Merge::RowFate::kept; }

/// Returns the permission that the changes of `merge` to a group require.
Permission permission_for_group(const Merge& merge, Tree::Row row) {
  if (merge.fate_of_group(row) != Merge::RowFate::updated) return Permission::group;
  GroupTraits reminded = merge.group_before(row);
  reminded.reminder = merge.tree().traits(row).reminder;
  return reminded == merge.tree().traits(row) ? Permission::inside : Permission::group;
}

}  // namespace

Authorization require_permissions(Authorizer& authorizer, const AncestorPath& target, const Merge& merge) {
  const Tree& tree = merge.tree();
  AccessLevels levels{target, tree};
  if (levels.has_all()) return Authorization{&merge};
  levels.read(*authorizer.scope());
  const auto require = [&](Tree::Row group, Permission permission) {
    if (!levels.has(group, permission)) throw authorizer.denied(tree.path_of(group, target.path()), permission);
  };
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    if (is_changed(merge.fate_of_group(row))) require(row, permission_for_group(merge, row));
  }
  for (Tree::Row row = 0; row < tree.licenses().size(); ++row) {
    if (is_changed(merge.fate_of_license(row))) require(tree.licenses()[row].group, Permission::group);
  }
  for (Tree::Row row = 0; row < tree.members().size(); ++row) {
    if (is_changed(merge.fate_of_member(row))) require(tree.members()[row].group, Permission::inside);
  }
  return Authorization{&merge};
}

}  // namespace allot
