#include "libcore/engine/import_rights.hpp"

namespace allot {
namespace {

/// The actor's power in each group of a subtree and, at its top, in the group above it.
class Powers {
 public:
  Powers(const Chain& target, const Tree& tree) : tree_(tree) {
    const std::size_t top = target.size() - 1;
    above_top_ = top > 0 ? target[top - 1].power : target[top].power;
    in_.reserve(tree.groups().size());
    in_.push_back(target[top].power);
  }

  /// Reads the powers in all groups; those that are not in the store yet have that of their parent.
  void read(const Scope& scope) {
    for (Tree::Row row = 1; row < tree_.groups().size(); ++row) {
      const Tree::Group& group = tree_.groups()[row];
      in_.push_back(scope.power_in(group.id, in_[group.parent]));
    }
  }

  bool has_all() const { return above_top_ == Power::administer; }
  bool has(Tree::Row group, Right right) const {
    if (right == Right::inside) return in_[group] == Power::administer;
    return (group == 0 ? above_top_ : in_[tree_.groups()[group].parent]) == Power::administer;
  }

 private:
  const Tree& tree_;
  Power above_top_ = Power::none;
  std::vector<Power> in_;
};

bool is_changed(Merge::Fate fate) { return fate != Merge::Fate::left && fate != Merge::Fate::kept; }

/// What it takes to make of a group what `merge` made of it.
Right right_for_group(const Merge& merge, Tree::Row row) {
  if (merge.fate_of_group(row) != Merge::Fate::updated) return Right::group;
  GroupTraits reminded = merge.group_before(row);
  reminded.reminder = merge.tree().groups()[row].traits.reminder;
  return reminded == merge.tree().groups()[row].traits ? Right::inside : Right::group;
}

}  // namespace

Permit require_rights(Sight& sight, const Chain& target, const Merge& merge) {
  const Tree& tree = merge.tree();
  Powers powers{target, tree};
  if (powers.has_all()) return Permit{};
  powers.read(*sight.scope());
  const auto require = [&](Tree::Row group, Right right) {
    if (!powers.has(group, right)) throw sight.denied(tree.path_of(group, target.path()), right);
  };
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    if (is_changed(merge.fate_of_group(row))) require(row, right_for_group(merge, row));
  }
  for (Tree::Row row = 0; row < tree.licenses().size(); ++row) {
    if (is_changed(merge.fate_of_license(row))) require(tree.licenses()[row].group, Right::group);
  }
  for (Tree::Row row = 0; row < tree.members().size(); ++row) {
    if (is_changed(merge.fate_of_member(row))) require(tree.members()[row].group, Right::inside);
  }
  return Permit{};
}

}  // namespace allot
