#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/model/catalogue.hpp"
#include "libcore/model/grant.hpp"

namespace allot {

/// A specified count: a number, a difference to the current count, or the largest count that is accepted.
struct CountChange {
  enum class Kind : std::uint8_t { number, difference, largest };

  CountChange(std::int64_t count, Kind its_kind = Kind::number) : kind(its_kind), number(count) {}

  Kind kind;
  std::int64_t number;  ///< of `largest`, the least number that suffices
};

/// The specified parts of a grant, by name; unspecified parts keep their values.
struct GrantChange {
  std::vector<std::pair<std::string, CountChange>> counts;
  std::vector<std::string> added_features;
  std::vector<std::string> dropped_features;
  std::optional<Day> from;   ///< `Day::beginning()` removes the first day
  std::optional<Day> until;  ///< `Day::forever()` removes the last day
};

/// Applies a change to a grant; throws not_found for an unknown resource or feature. A count that is to be the largest
/// is left as it is, and the result of a difference is cut to what a count can be (see `require_countable`).
void apply(const GrantChange& specified, const Catalogue& catalogue, Grant& grant);

/// Adds a violation (allot-rules(7), Limit) for each difference to a count of `before` whose result cannot be a count.
/// `by` describes the licence or membership in the group `path`.
void check_countable(const GrantChange& specified, const Catalogue& catalogue, const Grant& before,
                     const std::string& path, const std::string& by, Violations& violations);

/// Throws refused with these violations, if there are any.
void require_countable(const GrantChange& specified, const Catalogue& catalogue, const Grant& before,
                       const std::string& path, const std::string& by);

}  // namespace allot
