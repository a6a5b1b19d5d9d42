#include "libcore/import/permissions.hpp"

namespace allot {
namespace {

bool is_changed(Merge::RowFate fate) { return fate != Merge::RowFate::left && fate != Merge::RowFate::kept; }

/// Returns the permission that the changes of `merge` to a group require.
Permission permission_for_group(const Merge& merge, Tree::Row row) {
  if (merge.fate_of_group(row) != Merge::RowFate::updated) return Permission::group;
  GroupTraits reminded = merge.group_before(row);
  reminded.reminder = merge.tree().traits(row).reminder;
  return reminded == merge.tree().traits(row) ? Permission::inside : Permission::group;
}

}  // namespace

ImportPermissions::ImportPermissions(Authorizer& authorizer, const AncestorPath& target, const Tree& tree)
    : authorizer_(authorizer), scope_(authorizer.scope()), tree_(tree), top_(target.path()) {
  const std::size_t top = target.size() - 1;
  above_top_ = top > 0 ? target[top - 1].access : target[top].access;
  in_.push_back(target[top].access);
}

AccessLevel ImportPermissions::access_in(Tree::Row group) {
  while (in_.size() <= group) {
    const Tree::Group& next = tree_.groups()[in_.size()];
    in_.push_back(scope_->access_in(next.id, in_[next.parent]));
  }
  return in_[group];
}

bool ImportPermissions::allows(Tree::Row group, Permission permission) {
  if (above_top_ == AccessLevel::administer) return true;
  if (permission == Permission::inside) return access_in(group) == AccessLevel::administer;
  return (group == 0 ? above_top_ : access_in(tree_.groups()[group].parent)) == AccessLevel::administer;
}

void ImportPermissions::require(Tree::Row group, Permission permission) {
  if (!allows(group, permission)) throw authorizer_.denied(tree_.path_of(group, top_), permission);
}

void ImportPermissions::require_changes(const Merge& merge) {
  for (Tree::Row row = 0; row < tree_.groups().size(); ++row) {
    if (is_changed(merge.fate_of_group(row))) require(row, permission_for_group(merge, row));
  }
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    if (is_changed(merge.fate_of_license(row))) require(tree_.licenses()[row].group, Permission::group);
  }
}

}  // namespace allot
