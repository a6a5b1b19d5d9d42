#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/ancestor_path.hpp"

namespace allot {

/// Where a licence or membership stands on a day; allot-rules(7), In force.
enum class Status : std::uint8_t { active, pending, expired, out_of_force };

std::string_view word_for(Status status);

/// The status on `day` of what holds over `period`.
Status status_on(Day day, const Period& period);

/// The status on `day` of a licence of a group with `restriction`.
Status status_on(Day day, const License& license, Restriction restriction);

/// Why a group blocks an item; allot-rules(7), In force.
enum class BlockReason : std::uint8_t { suspended, not_licensed, not_yet_valid, expired };

std::string_view word_for(BlockReason reason);

/// A group that blocks an item.
struct Block {
  std::size_t at = 0;  ///< its place in the chain
  BlockReason reason = BlockReason::suspended;
  std::optional<Day> date;  ///< the day it starts or the last day it held, where there is one
};

/// The block that `link` puts on `item` on `day`, if it does.
std::optional<Block> find_block(const AncestorPath& ancestors, std::size_t at, const Item& item, Day day);

/// The blocks on `item` in the last group of `chain` on `day`, nearest first; of the groups that are out of sight only
/// the nearest that blocks.
std::vector<Block> find_blocks(const AncestorPath& ancestors, const Item& item, Day day);

/// The state of a counted resource in a group on a day; allot-rules(7), In force.
struct CountedState {
  std::optional<std::int64_t> limit;      ///< nothing where unlimited
  std::optional<std::size_t> limited_by;  ///< the place of the group in the chain
  std::int64_t used = 0;
  std::optional<std::int64_t> remaining;
  std::optional<std::int64_t> available;
  std::vector<Block> blocked_by;
};

/// The state of a feature in a group on a day; `until` is the last day of the run of enabled days, if it ends.
struct FeatureState {
  bool is_enabled = false;
  std::optional<Day> until;
  std::vector<Block> blocked_by;
};

CountedState state_of_counted(const AncestorPath& ancestors, ResourceId id, Day day);
FeatureState state_of_feature(const AncestorPath& ancestors, FeatureId id, Day day);

/// What one group of a chain leaves of a resource on a day: its limit, what it allots, and the difference.
struct Bound {
  std::int64_t limit = 0;
  std::int64_t allotted = 0;
  std::int64_t free() const { return limit - allotted; }
};

/// The bound of the restricted group at `at`.
Bound bound_of(const AncestorPath& ancestors, std::size_t at, ResourceId id, Day day);

/// The place of the group that decides what is `available` in the last group; nothing where it is unlimited.
std::optional<std::size_t> find_tightest(const AncestorPath& ancestors, ResourceId id, Day day);

/// A run of days on which no figure of a group changes.
struct Span {
  struct Figures {
    std::optional<std::int64_t> limit;
    std::int64_t used = 0;
    std::optional<std::int64_t> available;

    bool operator==(const Figures&) const = default;
  };

  Period days;
  std::vector<Figures> counts;  ///< for each counted resource
  Features features;            ///< those that are enabled
};

/// The spans from `day` on in which nothing changes in the last group of `chain`; the last one is open.
std::vector<Span> make_timeline(const AncestorPath& ancestors, Day day);

}  // namespace allot
