#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/root_selection.hpp"
#include "libcore/model/in_force.hpp"

namespace allot::cli {

/// Whether the state of a group includes what users hold and what is idle.
enum class Held : std::uint8_t { hidden, shown };

/// Prints the state of the last group of `ancestors` on the shown day; `holdings` may be null.
void show_state(const AncestorPath& ancestors, const std::vector<Holding>* holdings, Context& context);

/// Prints the state of each group of `roots` and of the groups up to `depth` levels below it.
void show_states(const RootSelection& roots, std::optional<std::size_t> depth, Held held, View& view, Context& context);

/// Prints, group by group up to `/`, what blocks or bounds `item` in the last group of `ancestors`.
void show_why(const AncestorPath& ancestors, const Item& item, Context& context);

/// Prints the future spans of days without a change.
void show_timeline(const AncestorPath& ancestors, Context& context);

}  // namespace allot::cli
