#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "libcore/model/group_id.hpp"

namespace allot {

/// The kinds of items that a write changes.
enum class What : std::uint8_t { group, license, membership, catalog, mail_template };

/// Returns whether the item is a group or belongs to one; other items belong to the company.
inline bool is_of_group(What what) { return what != What::catalog && what != What::mail_template; }

/// The key of an item: a group has its id, a licence or membership its group and name (an e-mail in lower case), a
/// catalogue entry and a template its name.
struct ItemKey {
  What what = What::group;
  GroupId group = 0;   ///< 0 for an item of no group
  std::string name{};  ///< empty for a group

  auto operator<=>(const ItemKey&) const = default;
};

}  // namespace allot
