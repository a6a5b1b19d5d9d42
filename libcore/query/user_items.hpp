#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/in_force.hpp"

namespace allot {

/// A reason why a membership does not give an item on a day.
struct NotGiven {
  enum class Reason : std::uint8_t { not_granted, not_listed, pending, expired, blocked };

  Reason reason = Reason::not_granted;
  std::string group;        ///< the group of the membership, or the group that blocks (`kAbove` if not visible)
  std::optional<Day> date;  ///< the first or last day of the membership or of the licence that blocks
  BlockReason block = BlockReason::suspended;  ///< if it is blocked
};

/// Returns the reason in one word: `membership-expired`; of a block that of `word_for(BlockReason)`.
std::string_view word_for(const NotGiven& reason);

/// What a membership gives of an item on a day: a count, or 1 for a feature; the reasons if that is 0.
struct UserItem {
  std::string group;  ///< of the membership
  Item item;
  std::int64_t gives = 0;
  std::vector<NotGiven> reasons;
};

/// Returns what `membership` of the last group of `ancestors` gives of `item` on `day`, with every reason if that is
/// nothing. `group` is the path of that group, which is named even if it is not visible; of other groups that are not
/// visible only the nearest block is included.
UserItem make_user_item(const AncestorPath& ancestors, const std::string& group, const Membership& membership,
                        const Item& item, Day day);

}  // namespace allot
