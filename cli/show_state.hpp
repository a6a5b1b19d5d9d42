#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "libcore/model/in_force.hpp"

namespace allot::cli {

/// Prints the state of the last group of `ancestors` on the shown day.
void show_state(const AncestorPath& ancestors, Context& context);

/// Prints, group by group up to `/`, what blocks or bounds `item` in the last group of `ancestors`.
void show_why(const AncestorPath& ancestors, const Item& item, Context& context);

/// The reason of a block in words: `expired (last day 2026-10-31)`.
std::string describe_reason(const Block& block);

/// The used part of the shown limit. A group without its own limit shares the limit with other groups.
std::int64_t taken_of(const CountedState& state);

/// Writes the records of tsv or csv of the last group of `ancestors`, and the names of their fields.
void write_state_records(const AncestorPath& ancestors, Context& context, std::ostream& out);
std::vector<std::string> state_record_keys();

/// Prints the future spans of days without a change.
void show_timeline(const AncestorPath& ancestors, Context& context);

}  // namespace allot::cli
