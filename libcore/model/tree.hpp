#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/distinct.hpp"
#include "libcore/model/rows.hpp"
#include "libcore/model/rules.hpp"
#include "libcore/model/text_arena.hpp"

namespace allot {

/// A whole subtree in memory, as rows that never move: the input of the validation of an import, a move or a check.
/// A group's parent is always an earlier row; row 0 is the top.
class Tree {
 public:
  using Row = std::uint32_t;
  static constexpr Row kNone = UINT32_MAX;

  struct Group {
    std::int64_t id = 0;  ///< the group id; 0 if the group is not in the store yet
    ShortText name;
    Row traits = 0;  ///< of `Tree::traits`
    Row parent = kNone;
    Row next = kNone;  ///< the next child of the parent
    Row first_child = kNone;
    Row last_child = kNone;
    Row first_license = kNone;
    Row last_license = kNone;
    Row first_member = kNone;
    Row last_member = kNone;
    bool is_removed = false;  ///< with all groups below it
  };

  struct License {
    ShortText name;
    ShortText type;
    Row group = kNone;
    Row grant = 0;  ///< of the grant and the labels
    Row next = kNone;
    bool is_removed = false;
  };

  struct Member {
    ShortText email;
    ShortText name;
    Row group = kNone;
    Row grant = 0;  ///< of the grant, the labels and the language
    Row next = kNone;
    Role role = Role::user;
    bool inherits_features = true;
    bool is_removed = false;
  };

  Row add_group(Row parent, std::string_view name, const GroupTraits& traits, std::int64_t id);
  Row add_license(Row group, const LicenseView& license);
  Row add_member(Row group, const MembershipView& membership);

  /// The same with texts that must outlive the tree; the list links in `item` are ignored.
  Row adopt_group(Row parent, ShortText name, const GroupTraits& traits);
  Row adopt_license(const License& item);
  Row adopt_member(const Member& item);

  /// Replace the contents of an item of the tree; its name is unchanged.
  void replace(Row row, const LicenseView& license);
  void replace(Row row, const MembershipView& membership);

  /// Stores `text` in the tree's memory.
  ShortText keep(std::string_view text) { return text_.keep_short(text); }

  /// Stores `text` as a licence's type in the tree's memory.
  ShortText keep_type(std::string_view text);

  /// Returns the row of a grant, labels and a language equal to these; adds a row if there is none.
  Row intern(const Grant& grant, const Labels& labels, const Language& language);

  void set_traits(Row group, const GroupTraits& traits) { groups_[group].traits = intern(traits); }

  Group& group(Row row) { return groups_[row]; }
  License& license(Row row) { return licenses_[row]; }
  Member& member(Row row) { return members_[row]; }
  const Rows<Group>& groups() const { return groups_; }
  const Rows<License>& licenses() const { return licenses_; }
  const Rows<Member>& members() const { return members_; }
  const GroupTraits& traits(Row group) const { return traits_[groups_[group].traits]; }
  Restriction restriction(Row group) const { return traits(group).restriction; }
  const Grant& grant(Row row) const { return grants_[row].grant; }
  const Labels& labels(Row row) const { return grants_[row].labels; }
  const Language& language(Row row) const { return grants_[row].language; }

  /// Return the contents of a row of this tree, or of a copy of it that was made before a change.
  LicenseView view(const License& license) const;
  MembershipView view(const Member& member) const;
  LicenseView license_view(Row row) const { return view(licenses_[row]); }
  MembershipView membership_view(Row row) const { return view(members_[row]); }
  allot::License license_at(Row row) const;
  Membership membership_at(Row row) const;

  /// Returns the grants of a group's licences.
  GrantList grants_of(Row group) const;

  template <typename Visit>
  void for_each_child(Row group, Visit visit) const {
    for (Row row = groups_[group].first_child; row != kNone; row = groups_[row].next) {
      if (!groups_[row].is_removed) visit(row);
    }
  }
  template <typename Visit>
  void for_each_license(Row group, Visit visit) const {
    for (Row row = groups_[group].first_license; row != kNone; row = licenses_[row].next) {
      if (!licenses_[row].is_removed) visit(row);
    }
  }
  template <typename Visit>
  void for_each_member(Row group, Visit visit) const {
    for (Row row = groups_[group].first_member; row != kNone; row = members_[row].next) {
      if (!members_[row].is_removed) visit(row);
    }
  }

  std::int64_t count_children(Row group) const;
  std::int64_t count_members(Row group) const;

  /// Returns the number of names of the longest path below row 0.
  std::size_t depth() const;

  /// Returns the path of a group, with `top` as the path of row 0.
  std::string path_of(Row group, const std::string& top) const;

 private:
  struct LabelledGrant {
    Grant grant;
    Labels labels;
    Language language;  // of a membership

    bool operator==(const LabelledGrant&) const = default;
  };

  static std::uint32_t hash_of(const LabelledGrant& contents);
  Row intern(const GroupTraits& traits);

  Rows<Group> groups_;
  Rows<License> licenses_;
  Rows<Member> members_;
  Rows<GroupTraits> traits_;  // equal ones are stored once
  DistinctIndex<GroupTraits> traits_index_;
  Rows<LabelledGrant> grants_;  // likewise
  DistinctIndex<LabelledGrant> grant_index_;
  TextArena text_;
  ShortText default_type_;  // the type of most licences, stored once
};

/// The usage of each group of a tree, by row; allot-rules(7), Allotted. Those of groups with children are stored, equal
/// ones once; that of any other group, such as most apartments, is summed up from its few members whenever it is read.
class Usages {
 public:
  /// `tree` must outlive this object, and its groups and members must not change.
  Usages(const Tree& tree, const Catalogue& catalogue);

  Usage operator[](Tree::Row group) const;

 private:
  bool has_children(Tree::Row group) const { return tree_.groups()[group].first_child != Tree::kNone; }
  void add_members(Tree::Row group, std::vector<TimelineBuilder>& sums) const;
  void add_children(Tree::Row group, std::vector<TimelineBuilder>& sums) const;

  const Tree& tree_;
  ResourceId resources_;
  Rows<Usage> distinct_;
  std::vector<std::uint32_t> places_;  // the index in `distinct_` for each group with children
};

/// Returns for each group of `tree` the number of shared groups that draw on it, directly or through unrestricted
/// groups.
std::vector<std::int64_t> count_ceilings(const Tree& tree);

/// Returns the usage of the parent by `group`: its limit if it is reserved, else the usage allotted in it.
Usage used_by(const Tree& tree, const Usages& usages, Tree::Row group, const Catalogue& catalogue);

}  // namespace allot
