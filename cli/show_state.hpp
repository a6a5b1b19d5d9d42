#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "cli/root_selection.hpp"
#include "libcore/model/in_force.hpp"

namespace allot::cli {

/// Prints the state of the last group of `ancestors` on the shown day.
void show_state(const AncestorPath& ancestors, Context& context);

/// Prints the state of each group of `roots` and of the groups up to `depth` levels below it.
void show_states(const RootSelection& roots, std::optional<std::size_t> depth, View& view, Context& context);

/// Prints, group by group up to `/`, what blocks or bounds `item` in the last group of `ancestors`.
void show_why(const AncestorPath& ancestors, const Item& item, Context& context);

/// Prints the future spans of days without a change.
void show_timeline(const AncestorPath& ancestors, Context& context);

}  // namespace allot::cli
