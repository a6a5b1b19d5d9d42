#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/day.hpp"
#include "libcore/base/text.hpp"
#include "libcore/document/event.hpp"
#include "libcore/document/problems.hpp"
#include "libcore/model/hierarchy.hpp"

namespace allot {

/// The reason why a node is not a number from 0 to a maximum.
enum class NumberFault : std::uint8_t { none, quoted, negative, too_large, malformed, mapping, list };

/// A number in a file, or the reason why it is not valid.
struct WrittenNumber {
  std::int64_t value = 0;
  NumberFault fault = NumberFault::none;
};

/// Parses plain decimal digits of at most `largest`.
WrittenNumber parse_written_number(const Event& node, std::int64_t largest = kLargestCount);

/// Returns the message for `fault` of the node with `text`, with a remedy.
std::string describe(NumberFault fault, std::string_view text, std::int64_t largest = kLargestCount);

/// Return the value of a scalar that is not null; report an invalid value at its place.
std::optional<Day> read_day(const Event& scalar, Problems& problems);
std::optional<bool> read_bool(const Event& scalar, Problems& problems);
std::optional<int> read_reminder_days(const Event& scalar, Problems& problems);
std::optional<int> read_percentage(const Event& scalar, Problems& problems);
std::optional<Restriction> read_restriction(const Event& scalar, Problems& problems);
std::optional<Repeat> read_repeat(const Event& scalar, Problems& problems);
std::optional<Role> read_role(const Event& scalar, Problems& problems);

}  // namespace allot
