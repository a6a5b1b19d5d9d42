#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "libcore/edit/outcome.hpp"
#include "libcore/model/scope.hpp"
#include "libcore/model/tree.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

/// The ceiling of the groups, licences and memberships that a write may remove: their number, or their share of what
/// the actor sees at and below the target of the write before it; allot(1), Removals.
struct RemovalLimit {
  enum class Unit { items, percent };

  std::int64_t most = 0;
  Unit unit = Unit::items;
};

/// Parses `N` or `P%`, P at most 100; returns nothing if `text` is malformed.
std::optional<RemovalLimit> parse_removal_limit(std::string_view text);

/// Throws too_many_removals if `removed` exceeds `limit`, if there is one; `count` returns the number of items of which
/// a share is meant.
void require_few_removals(const std::optional<RemovalLimit>& limit, const Counters& removed,
                          const std::function<std::int64_t()>& count);

/// Returns the number of groups, licences and memberships of a tree.
std::int64_t count_items(const Tree& tree);

/// Returns the number of groups, licences and memberships that an actor with `scope` sees.
std::int64_t count_visible_items(Snapshot& rows, const Scope& scope);

}  // namespace allot
