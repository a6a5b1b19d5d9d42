#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "libcore/model/in_force.hpp"

namespace allot::cli {

/// Whether the state of a group includes what users hold and what is idle.
enum class Held : std::uint8_t { hidden, shown };

/// Prints the state of the last group of `ancestors` on the shown day; `holdings` may be null.
void show_state(const AncestorPath& ancestors, const std::vector<Holding>* holdings, Context& context);

/// Prints, group by group up to `/`, what blocks or bounds `item` in the last group of `ancestors`.
void show_why(const AncestorPath& ancestors, const Item& item, Context& context);

/// `number`, or `otherwise` if there is none.
std::string number_or(const std::optional<std::int64_t>& number, const char* otherwise);

/// The used part of the shown limit. A group without its own limit shares the limit with other groups.
std::int64_t taken_of(const CountedState& state);

/// Write the records of tsv or csv of the last group of `ancestors`, and the names of their fields; `holdings` may be
/// null.
void write_state_records(const AncestorPath& ancestors, const std::vector<Holding>* holdings, Context& context,
                         std::ostream& out);
std::vector<std::string> state_record_keys(Held held);

/// Prints the future spans of days without a change.
void show_timeline(const AncestorPath& ancestors, Context& context);

}  // namespace allot::cli
