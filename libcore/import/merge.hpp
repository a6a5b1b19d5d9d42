#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcore/document/document.hpp"
#include "libcore/import/import.hpp"
#include "libcore/import/user_name_index.hpp"
#include "libcore/model/tree.hpp"

namespace allot {

/// What a user is called where they are known already; empty texts where they are not.
struct Person {
  std::string email;
  std::string name;
};

/// Whether the group that a file describes keeps its kind, suspension, restriction and licences where a pruning file
/// does not name them, as it does under one who may not change them.
enum class TopGroup { pruned, left };

/// Gives what the store calls the user with an e-mail.
using FindPerson = std::function<Person(std::string_view email)>;

/// A subtree as it was, made into what a document says, with what became of each row.
class Merge {
 public:
  /// What became of a row of the tree.
  enum class RowFate : std::uint8_t { left, kept, created, updated, removed };

  /// The document must outlive it.
  Merge(Tree tree, const Document& document, Prune prune, TopGroup top, FindPerson find_person);

  const Tree& tree() const { return tree_; }
  RowFate fate_of_group(Tree::Row row) const { return group_fates_[row]; }
  RowFate fate_of_license(Tree::Row row) const { return license_fates_[row]; }
  RowFate fate_of_member(Tree::Row row) const { return member_fates_[row]; }

  /// What a row was before it was updated.
  const GroupTraits& group_before(Tree::Row row) const { return groups_before_.at(row); }
  const License& license_before(Tree::Row row) const { return licenses_before_.at(row); }
  const Membership& member_before(Tree::Row row) const { return members_before_.at(row); }

  /// The groups that had no restriction and have one now because they gained a licence.
  const std::vector<Tree::Row>& newly_restricted() const { return newly_restricted_; }

 private:
  void merge_groups();
  void merge_licenses();
  void merge_members();
  void remove_unnamed();
  void settle_restrictions();
  GroupTraits traits_from(const Document::Group& specified, const GroupTraits& before, Prune prune) const;
  Tree::License license_from(const Document::License& specified, Tree::License before);
  Tree::Member member_from(const Document::Member& specified, const Tree::Member* before);
  Tree::Row grant_from(std::uint32_t patch, Tree::Row before);
  Grant apply(const GrantPatch& specified, const Grant& before) const;

  Tree tree_;
  const Document& document_;
  Prune prune_;
  Prune prune_top_;  // what belongs to the top group itself
  FindPerson find_person_;
  UserNameIndex mentions_;
  std::vector<Tree::Row> rows_;  // the tree's row for each group of the document
  std::vector<RowFate> group_fates_;
  std::vector<RowFate> license_fates_;
  std::vector<RowFate> member_fates_;
  std::unordered_map<Tree::Row, GroupTraits> groups_before_;
  std::unordered_map<Tree::Row, License> licenses_before_;
  std::unordered_map<Tree::Row, Membership> members_before_;
  std::vector<Tree::Row> newly_restricted_;
  struct Applied {
    Tree::Row before = Tree::kNone;
    Tree::Row after = Tree::kNone;
  };
  std::vector<Applied> applied_;  // for each patch what it last made of a grant
  Tree::Row no_grant_;            // the row of the grant that holds nothing, for ever
};

}  // namespace allot
