#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcore/document/document.hpp"
#include "libcore/engine/import.hpp"
#include "libcore/model/name_index.hpp"
#include "libcore/model/tree.hpp"

namespace allot {

/// What a user is called where they are known already; empty texts where they are not.
struct Person {
  std::string email;
  std::string name;
};

/// Gives what the store calls the user with an e-mail.
using FindPerson = std::function<Person(std::string_view email)>;

/// What the files call their users, read only when it is asked for.
class Mentions {
 public:
  explicit Mentions(const Document& document) : document_(document), first_({&document.members}) {}

  /// How the files first write an e-mail that they hold.
  ShortText first_email(ShortText email) {
    return document_.has_capital_email ? document_.members[first_row(email)].email : email;
  }

  /// The first name that the files give a user whom they mention without a name, or an empty text.
  ShortText first_name(std::string_view email);

 private:
  struct KeyOf {
    const std::deque<Document::Member>* rows;
    std::pair<std::uint32_t, std::string_view> operator()(std::uint32_t row) const { return {0, (*rows)[row].email}; }
  };

  std::uint32_t first_row(std::string_view email);
  void read();

  const Document& document_;
  bool is_read_ = false;
  NameIndex<KeyOf, Case::folded> first_;                // the first mention of each user that can be asked for
  std::unordered_map<std::uint32_t, ShortText> names_;  // by the row of the first mention
};

/// A subtree as it was, made into what a document says, with what became of each row.
class Merge {
 public:
  /// What became of a row of the tree.
  enum class Fate : std::uint8_t { left, kept, created, updated, removed };

  /// The document must outlive it.
  Merge(Tree tree, const Document& document, Prune prune, FindPerson find_person);

  const Tree& tree() const { return tree_; }
  Fate fate_of_group(Tree::Row row) const { return group_fates_[row]; }
  Fate fate_of_license(Tree::Row row) const { return license_fates_[row]; }
  Fate fate_of_member(Tree::Row row) const { return member_fates_[row]; }

  /// What a row was before it was updated.
  const GroupTraits& group_before(Tree::Row row) const { return groups_before_.at(row); }
  License license_before(Tree::Row row) const { return licenses_before_.at(row); }
  Membership member_before(Tree::Row row) const { return members_before_.at(row); }

  /// The groups that had no restriction and have one now because they gained a licence.
  const std::vector<Tree::Row>& newly_restricted() const { return newly_restricted_; }

 private:
  void merge_groups();
  void merge_licenses();
  void merge_members();
  void remove_unnamed();
  void settle_restrictions();
  GroupTraits traits_from(const Document::Group& said, const GroupTraits& before) const;
  Tree::License license_from(const Document::License& said, Tree::License before);
  Tree::Member member_from(const Document::Member& said, const Tree::Member* before);
  Tree::Row grant_from(std::uint32_t patch, Tree::Row before);
  Grant apply(const GrantPatch& said, const Grant& before) const;
  bool lists_features(std::uint32_t patch) const;

  Tree tree_;
  const Document& document_;
  Prune prune_;
  FindPerson find_person_;
  Mentions mentions_;
  std::vector<Tree::Row> rows_;  // the tree's row for each group of the document
  std::vector<Fate> group_fates_;
  std::vector<Fate> license_fates_;
  std::vector<Fate> member_fates_;
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
