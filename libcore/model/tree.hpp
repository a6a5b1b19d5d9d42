#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcore/model/rules.hpp"
#include "libcore/model/text_arena.hpp"

namespace allot {

/// A whole subtree in memory, as plain arrays whose rows never move: what an import, a move or a check judges.
/// A group's parent is always an earlier row; row 0 is the top.
class Tree {
 public:
  using Row = std::uint32_t;
  static constexpr Row kNone = UINT32_MAX;

  struct Group {
    std::int64_t id = 0;  ///< its row in the store; 0 if it is not there yet
    std::string_view name;
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
    std::string_view name;
    std::string_view type;
    Row group = kNone;
    Row grant = 0;
    Row next = kNone;
    bool is_removed = false;
  };

  struct Member {
    std::string_view email;
    std::string_view name;
    Row group = kNone;
    Row grant = 0;
    Row next = kNone;
    Role role = Role::user;
    bool inherits_features = true;
    bool is_removed = false;
  };

  Row add_group(Row parent, std::string_view name, GroupTraits traits, std::int64_t id);
  Row add_license(Row group, const allot::License& license);
  Row add_member(Row group, const Membership& membership);

  /// Gives an item of the tree other contents; its name stays.
  void replace(Row row, const allot::License& license);
  void replace(Row row, const Membership& membership);

  Group& group(Row row) { return groups_[row]; }
  License& license(Row row) { return licenses_[row]; }
  Member& member(Row row) { return members_[row]; }
  const std::vector<Group>& groups() const { return groups_; }
  const std::vector<License>& licenses() const { return licenses_; }
  const std::vector<Member>& members() const { return members_; }
  const Grant& grant(Row row) const { return grants_[row]; }

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

  /// The path of a group, `top` being that of row 0.
  std::string path_of(Row group, const std::string& top) const;

 private:
  Row intern(const Grant& grant);

  std::vector<Group> groups_;
  std::vector<License> licenses_;
  std::vector<Member> members_;
  std::vector<Grant> grants_;                             // equal ones are kept once
  std::unordered_multimap<std::size_t, Row> grant_rows_;  // by hash
  TextArena text_;
};

/// What is allotted in each group of `tree`, by row; allot-rules(7), Allotted.
std::vector<Tally> make_tallies(const Tree& tree, const Catalogue& catalogue);

/// What `group` takes from the one above it: its whole limit where it is reserved, else what is allotted in it.
Tally taken_by(const Tree& tree, const std::vector<Tally>& tallies, Tree::Row group, const Catalogue& catalogue);

}  // namespace allot
