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

/// Why a node is not a number from 0 to some largest one.
enum class NumberFault : std::uint8_t { none, quoted, negative, too_large, malformed, mapping, list };

/// A number as a file spells it, or why it is none.
struct WrittenNumber {
  std::int64_t value = 0;
  NumberFault fault = NumberFault::none;
};

/// The number that `node` spells in plain decimal digits, at most `largest`.
WrittenNumber parse_written_number(const Event& node, std::int64_t largest = kLargestCount);

/// `fault` of the node that spells `text` in words, with what to do.
std::string describe(NumberFault fault, std::string_view text, std::int64_t largest = kLargestCount);

/// These give the value of a scalar that is not null, or report at its place why it has none.
std::optional<Day> read_day(const Event& scalar, Problems& problems);
std::optional<bool> read_bool(const Event& scalar, Problems& problems);
std::optional<int> read_reminder_days(const Event& scalar, Problems& problems);
std::optional<Restriction> read_restriction(const Event& scalar, Problems& problems);
std::optional<Repeat> read_repeat(const Event& scalar, Problems& problems);
std::optional<Role> read_role(const Event& scalar, Problems& problems);

}  // namespace allot
