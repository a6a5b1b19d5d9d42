#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "libcore/model/group_id.hpp"

namespace allot {

/// The kinds of rows that a write changes.
enum class What : std::uint8_t { group, license, membership, catalog, mail_template };

/// Whether an item is a group or in one; else it is the company's.
inline bool is_of_group(What what) { return what != What::catalog && what != What::mail_template; }

/// A row of the hierarchy by its key: a group by its id, a licence or membership by its group and name (an e-mail in
/// small letters), an entry of the catalogue and a template by its name.
struct ItemKey {
  What what = What::group;
  GroupId group = 0;   ///< 0 for what is of no group
  std::string name{};  ///< empty for a group

  auto operator<=>(const ItemKey&) const = default;
};

}  // namespace allot
