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

/// The existing spelling of a user's e-mail and the user's name; empty if the user does not exist.
struct Person {
  std::string email;
  std::string name;
};

/// Whether pruning applies to the kind, suspension, restriction and licences of the top group of the file. It does not
/// apply for an actor that may not change them.
enum class TopGroup { pruned, left };

/// The users of the store: `find` returns one by an e-mail, and `expect`, which may be empty, announces that.
struct People {
  std::function<Person(std::string_view email)> find;
  std::function<void(std::string_view email)> expect;
};

/// Merges a document into the current state of a subtree and tracks the status of each row.
class Merge {
 public:
  /// The status of a row of the tree.
  enum class RowFate : std::uint8_t { left, kept, created, updated, removed };

  /// The document must outlive this object.
  Merge(Tree tree, const Document& document, Prune prune, TopGroup top, People people);

  const Tree& tree() const { return tree_; }
  RowFate fate_of_group(Tree::Row row) const { return group_fates_[row]; }
  RowFate fate_of_license(Tree::Row row) const { return license_fates_[row]; }
  RowFate fate_of_member(Tree::Row row) const { return member_fates_[row]; }

  /// Returns the number of groups, licences and memberships that the document removes.
  Counters count_removed() const;

  /// Return the contents of a row before it was updated.
  const GroupTraits& group_before(Tree::Row row) const { return groups_before_.at(row); }
  LicenseView license_before(Tree::Row row) const { return tree_.view(licenses_before_.at(row)); }
  MembershipView member_before(Tree::Row row) const { return tree_.view(members_before_.at(row)); }

  /// Returns the groups whose restriction changed from none because a licence was added.
  const std::vector<Tree::Row>& newly_restricted() const { return newly_restricted_; }

 private:
  void merge_groups();
  void merge_licenses();
  void merge_members();
  void remove_unnamed();
  void settle_restrictions();
  GroupTraits traits_from(const TraitsPatch& specified, const GroupTraits& before, Prune prune) const;
  Tree::License license_from(const Document::License& specified, Tree::License before);
  Tree::Member member_from(const Document::Member& specified, const Tree::Member* before);
  Tree::Row grant_from(std::uint32_t patch, Tree::Row before);
  Grant apply(const GrantPatch& specified, const Grant& before) const;

  Tree tree_;
  const Document& document_;
  Prune prune_;
  Prune prune_top_;  // for the properties of the top group itself
  People people_;
  UserNameIndex user_names_;
  std::vector<Tree::Row> rows_;  // the tree row of each group of the document
  std::vector<RowFate> group_fates_;
  std::vector<RowFate> license_fates_;
  std::vector<RowFate> member_fates_;
  std::unordered_map<Tree::Row, GroupTraits> groups_before_;
  std::unordered_map<Tree::Row, Tree::License> licenses_before_;
  std::unordered_map<Tree::Row, Tree::Member> members_before_;
  std::vector<Tree::Row> newly_restricted_;
  struct Applied {
    Tree::Row before = Tree::kNone;
    Tree::Row after = Tree::kNone;
  };
  std::vector<Applied> applied_;  // for each patch the result of its last application to a grant
  Tree::Row no_grant_;  // the row of the empty grant without labels and language, valid for the lifetime of the object
};

}  // namespace allot
