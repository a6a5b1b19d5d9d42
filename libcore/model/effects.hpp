#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/model/day_set.hpp"
#include "libcore/model/group_id.hpp"
#include "libcore/model/hierarchy.hpp"
#include "libcore/model/rules.hpp"
#include "libcore/model/scope.hpp"

namespace allot {

// What a write blocks or unblocks below the groups that it changes; allot-rules(7), Effects.

/// Returns whether licences and traits that differ like this can block different items or days.
bool may_change_blocks(const GroupTraits& before, const GroupTraits& after);
bool may_change_blocks(const Grant& before, const Grant& after);

/// Returns the days from `today` on on which a group with these traits and licences blocks `item`; allot-rules(7), In
/// force.
DaySet blocked_days(const GroupTraits& traits, const std::vector<License>& licenses, const Item& item, Day today);

/// The groups and memberships for which a write changes in the same way whether an item is blocked.
struct Effect {
  enum class Change : std::uint8_t { blocked, unblocked };

  std::string item;  ///< its name
  Change change = Change::blocked;
  std::int64_t groups = 0;
  std::int64_t memberships = 0;  ///< of these groups, that hold the item on a day of `span`
  Period span;                   ///< the first run of days, from today on, with the change
  std::string by;                ///< the nearest group that blocks, or blocked, the item on the first day of `span`

  bool operator==(const Effect&) const = default;
};

/// The hierarchy before and after a write.
class EffectTrees {
 public:
  enum class Side : std::uint8_t { before, after };

  /// What a group blocks with, and its parent (0: none).
  struct Group {
    GroupId parent = 0;
    GroupTraits traits;
    std::vector<License> licenses;  ///< of a restricted group
  };

  virtual ~EffectTrees() = default;

  virtual std::optional<Group> find(GroupId group, Side side) = 0;
  /// Returns the path of a group, or `kAbove` if the actor does not see it.
  virtual std::string path_of(GroupId group, Side side) = 0;
  /// Returns the actor's access level in a group after the write.
  virtual AccessLevel access_in(GroupId group) = 0;

  /// Calls `visit` for the groups that are below a group both before and after the write.
  virtual void for_each_child(GroupId group, const std::function<void(GroupId, const GroupTraits&)>& visit) = 0;
  virtual std::vector<License> licenses_of(GroupId group) = 0;
  virtual void for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit) = 0;
};

/// Returns the effects of a write in the order of the catalogue, `blocked` before `unblocked`, by span and `by`.
/// `changed` are the groups with another parent, other traits or licences that may block differently; only groups that
/// `scope` shows are counted. allot-rules(7), Effects.
std::vector<Effect> find_effects(EffectTrees& trees, const std::vector<GroupId>& changed, const Catalogue& catalogue,
                                 const Scope& scope, Day today);

}  // namespace allot
