#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcore/document/document.hpp"
#include "libcore/import/import.hpp"
#include "libcore/model/name_index.hpp"
#include "libcore/model/tree.hpp"

namespace allot {

/// Whether pruning applies to the kind, suspension, restriction and licences of the top group of the file. It does not
/// apply for an actor that may not change them.
enum class TopGroup { pruned, left };

/// Merges the groups and licences of a document into the current state of a subtree, and tracks the status of each row.
/// `MemberMerge` adds the members.
class Merge {
 public:
  /// The status of a row of the tree.
  enum class RowFate : std::uint8_t { left, kept, created, updated, removed };

  /// `tree` has the groups and licences of the store. The document must outlive this object.
  Merge(Tree tree, const Document& document, Prune prune, TopGroup top);

  /// Adds the groups that the document has so far, with what it says of them so far.
  void add_groups();

  /// Merges the groups and licences of the complete document.
  void finish();

  Tree& tree() { return tree_; }
  const Tree& tree() const { return tree_; }
  Prune prune() const { return prune_; }
  RowFate fate_of_group(Tree::Row row) const { return group_fates_[row]; }
  RowFate fate_of_license(Tree::Row row) const { return license_fates_[row]; }
  RowFate fate_of_member(Tree::Row row) const { return member_fates_[row]; }

  /// Returns the tree row of a group of the document.
  Tree::Row row_of(std::uint32_t group) const { return rows_[group]; }
  /// Returns whether a group was in the store before.
  bool is_known(Tree::Row group) const { return group < known_groups_; }
  Tree::Row known_groups() const { return known_groups_; }

  /// Returns the created groups of which the document said more after they were added.
  const std::vector<Tree::Row>& completed_groups() const { return completed_; }

  /// Returns the number of members that the store has.
  std::int64_t count_members_before() const;
  /// Returns the number of groups, licences and memberships that the document removes.
  Counters count_removed() const;

  /// Return the contents of a row before it was updated.
  const GroupTraits& group_before(Tree::Row row) const { return groups_before_.at(row); }
  LicenseView license_before(Tree::Row row) const { return tree_.view(licenses_before_.at(row)); }

  /// Returns the groups whose restriction changed from none because a licence was added.
  const std::vector<Tree::Row>& newly_restricted() const { return newly_restricted_; }

  // For MemberMerge.

  /// Returns the row of the grant, labels and language that result from applying a patch to those at `before`.
  Tree::Row apply(std::uint32_t patch, Tree::Row before);
  /// Returns the row of the empty grant without labels and language.
  Tree::Row no_grant() const { return no_grant_; }
  /// Adds a member of the tree.
  void add_member(const Tree::Member& member, RowFate fate);

 private:
  struct GroupKeyOf {
    const Tree* tree;
    std::pair<std::uint32_t, std::string_view> operator()(Tree::Row row) const {
      return {tree->groups()[row].parent, tree->groups()[row].name.view()};
    }
  };

  void note_licensed_groups();
  GroupTraits traits_of_created(std::uint32_t group) const;
  void merge_traits();
  void merge_licenses();
  void remove_unnamed();
  GroupTraits traits_from(const TraitsPatch& specified, const GroupTraits& before, Prune prune) const;
  const TraitsPatch& patch_of(std::uint32_t group) const {
    return document_.traits_patches[document_.groups[group].patch];
  }
  Tree::License license_from(const Document::License& specified, Tree::License before);
  Grant apply(const GrantPatch& specified, const Grant& before) const;

  Tree tree_;
  const Document& document_;
  Prune prune_;
  Prune prune_top_;  // for the properties of the top group itself
  Tree::Row known_groups_;
  NameIndex<GroupKeyOf> known_index_;
  std::vector<Tree::Row> rows_;  // the tree row of each group of the document
  std::vector<bool> licensed_;   // for each group of the document whether it has licences there
  std::size_t licenses_noted_ = 0;
  std::vector<RowFate> group_fates_;
  std::vector<RowFate> license_fates_;
  std::vector<RowFate> member_fates_;
  std::unordered_map<Tree::Row, GroupTraits> groups_before_;
  std::unordered_map<Tree::Row, Tree::License> licenses_before_;
  std::vector<Tree::Row> completed_;
  std::vector<Tree::Row> newly_restricted_;
  struct Applied {
    Tree::Row before = Tree::kNone;
    Tree::Row after = Tree::kNone;
  };
  std::vector<Applied> applied_;  // for each patch the result of its last application to a grant
  Tree::Row no_grant_;
};

/// Returns the specified value of a key; the default if the value is empty or was pruned; else the value before.
template <typename T, typename U>
T value_of(const Specified<U>& specified, Prune prune, const T& before, const T& standard) {
  if (specified.value) return T(*specified.value);
  return specified.is_said || prune == Prune::yes ? standard : before;
}

}  // namespace allot
