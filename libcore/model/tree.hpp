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

/// A whole subtree in memory, as rows that never move: what an import, a move or a check judges.
/// A group's parent is always an earlier row; row 0 is the top.
class Tree {
 public:
  using Row = std::uint32_t;
  static constexpr Row kNone = UINT32_MAX;

  struct Group {
    std::int64_t id = 0;  ///< its row in the store; 0 if it is not there yet
    ShortText name;
    GroupTraits traits;
    Row parent = kNone;
    Row next = kNone;  ///< the next child of the parent
    Row first_child = kNone;
    Row last_child = kNone;
    Row first_license = kNone;
    Row last_license = kNone;
    Row first_member = kNone;
    Row last_member = kNone;
    bool is_removed = false;  ///< it and all below it
  };

  struct License {
    ShortText name;
    ShortText type;
    Row group = kNone;
    Row grant = 0;
    Row next = kNone;
    bool is_removed = false;
  };

  struct Member {
    ShortText email;
    ShortText name;
    Row group = kNone;
    Row grant = 0;
    Row next = kNone;
    Role role = Role::user;
    bool inherits_features = true;
    bool is_removed = false;
  };

  Row add_group(Row parent, std::string_view name, GroupTraits traits, std::int64_t id);
  Row add_license(Row group, const LicenseView& license);
  Row add_member(Row group, const MembershipView& membership);

  /// The same with texts that stay where they are and must outlive the tree; the links in `item` do not count.
  Row adopt_group(Row parent, ShortText name, GroupTraits traits);
  Row adopt_license(const License& item);
  Row adopt_member(const Member& item);

  /// Gives an item of the tree other contents; its name stays.
  void replace(Row row, const LicenseView& license);
  void replace(Row row, const MembershipView& membership);

  /// `text` in the tree's own memory.
  ShortText keep(std::string_view text) { return text_.keep_short(text); }

  /// `text` as a licence's type, kept in the tree.
  ShortText keep_type(std::string_view text);

  /// The row of a grant equal to `grant`, which is added where there is none.
  Row intern(const Grant& grant);

  Group& group(Row row) { return groups_[row]; }
  License& license(Row row) { return licenses_[row]; }
  Member& member(Row row) { return members_[row]; }
  const Rows<Group>& groups() const { return groups_; }
  const Rows<License>& licenses() const { return licenses_; }
  const Rows<Member>& members() const { return members_; }
  const Grant& grant(Row row) const { return grants_[row]; }

  LicenseView license_view(Row row) const;
  MembershipView membership_view(Row row) const;
  allot::License license_at(Row row) const;
  Membership membership_at(Row row) const;

  /// The grants of a group's licences.
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

  /// The longest way from row 0 down, in names; every group stands after the one above it.
  std::size_t depth() const;

  /// The path of a group, `top` being that of row 0.
  std::string path_of(Row group, const std::string& top) const;

 private:
  Rows<Group> groups_;
  Rows<License> licenses_;
  Rows<Member> members_;
  Rows<Grant> grants_;  // equal ones are kept once
  DistinctIndex<Grant> grant_index_;
  TextArena text_;
  ShortText default_type_;  // what most licences have, kept once
};

/// What is allotted in each group of a tree, by row; allot-rules(7), Allotted. Equal tallies are kept once, as most
/// small groups are alike.
class Usages {
 public:
  Usages(const Tree& tree, const Catalogue& catalogue);

  const Usage& operator[](Tree::Row group) const { return distinct_[places_[group]]; }

 private:
  Rows<Usage> distinct_;
  std::vector<std::uint32_t> places_;  // of each group's tally in `distinct_`
};

/// How many shared groups draw on each group of `tree` or through it, by row.
std::vector<std::int64_t> count_ceilings(const Tree& tree);

/// What `group` takes from the one above it: its whole limit where it is reserved, else what is allotted in it.
Usage taken_by(const Tree& tree, const Usages& usages, Tree::Row group, const Catalogue& catalogue);

}  // namespace allot
