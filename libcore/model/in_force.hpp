#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/ancestor_path.hpp"

namespace allot {

/// The status of a licence or membership on a day; allot-rules(7), In force.
enum class Status : std::uint8_t { active, pending, expired, out_of_force };

std::string_view word_for(Status status);

/// Returns the status on `day` of an item that holds over `period`.
Status status_on(Day day, const Period& period);

/// Returns the status on `day` of a licence of a group with `restriction`.
Status status_on(Day day, const License& license, Restriction restriction);

/// The reason why a group blocks an item; allot-rules(7), In force.
enum class BlockReason : std::uint8_t { suspended, not_licensed, not_yet_valid, expired };

std::string_view word_for(BlockReason reason);

/// A group that blocks an item.
struct Block {
  std::size_t at = 0;  ///< its index in the ancestor path
  BlockReason reason = BlockReason::suspended;
  std::optional<Day> date;  ///< the day on which the item starts or the last day on which it held, if there is one
};

/// Returns the reason of a block in words: `expired (last day 2026-10-31)`.
std::string describe_reason(const Block& block);

/// Returns the block by the group at `at` on `item` on `day`, if there is one.
std::optional<Block> find_block(const AncestorPath& ancestors, std::size_t at, const Item& item, Day day);

/// Returns the blocks on `item` in the last group of `ancestors` on `day`, nearest first. Of groups that are not
/// visible only the nearest block is included.
std::vector<Block> find_blocks(const AncestorPath& ancestors, const Item& item, Day day);

/// The state of a counted resource in a group on a day; allot-rules(7), In force.
struct CountedState {
  std::optional<std::int64_t> limit;      ///< nothing if unlimited
  std::optional<std::size_t> limited_by;  ///< the index of the limiting group in the ancestor path
  std::int64_t used = 0;
  std::optional<std::int64_t> remaining;
  std::optional<std::int64_t> available;
  std::vector<Block> blocked_by;
};

/// The state of a feature in a group on a day; `until` is the last consecutive day on which it is enabled, if there is
/// one.
struct FeatureState {
  bool is_enabled = false;
  std::optional<Day> until;
  std::vector<Block> blocked_by;
};

CountedState state_of_counted(const AncestorPath& ancestors, ResourceId id, Day day);
FeatureState state_of_feature(const AncestorPath& ancestors, FeatureId id, Day day);

/// The limit, usage and remaining count of a resource in one group on a day.
struct Bound {
  std::int64_t limit = 0;
  std::int64_t allotted = 0;
  std::int64_t free() const { return limit - allotted; }
};

/// Returns the bound of the restricted group at `at`.
Bound bound_of(const AncestorPath& ancestors, std::size_t at, ResourceId id, Day day);

/// Returns the index of the group that determines what is available in the last group; nothing if it is unlimited.
std::optional<std::size_t> find_tightest(const AncestorPath& ancestors, ResourceId id, Day day);

/// A period in which no figure of a group changes.
struct Span {
  struct Figures {
    std::optional<std::int64_t> limit;
    std::int64_t used = 0;
    std::optional<std::int64_t> available;

    bool operator==(const Figures&) const = default;
  };

  Period days;
  std::vector<Figures> counts;  ///< for each counted resource
  Features features;            ///< the enabled features
};

/// Returns the periods from `day` on without changes in the last group of `ancestors`; the last period is open.
std::vector<Span> make_timeline(const AncestorPath& ancestors, Day day);

}  // namespace allot
