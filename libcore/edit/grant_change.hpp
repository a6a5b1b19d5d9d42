#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/model/catalogue.hpp"
#include "libcore/model/grant.hpp"

namespace allot {

/// The specified parts of a grant, by name; unspecified parts keep their values.
struct GrantChange {
  std::vector<std::pair<std::string, std::int32_t>> counts;
  std::vector<std::string> added_features;
  std::vector<std::string> dropped_features;
  std::optional<Day> from;   ///< `Day::beginning()` removes the first day
  std::optional<Day> until;  ///< `Day::forever()` removes the last day
};

/// Applies a change to a grant; throws not_found for an unknown resource or feature.
void apply(const GrantChange& specified, const Catalogue& catalogue, Grant& grant);

}  // namespace allot
