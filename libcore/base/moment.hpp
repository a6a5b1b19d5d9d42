#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace allot {

/// `2026-11-24T10:00:00Z`: a moment in seconds since 1970-01-01 UTC; outside the calendar's years as `@SECONDS`.
std::string write_moment(std::int64_t moment);

/// The moment that `text` spells as YYYY-MM-DDTHH:MM:SSZ, the seconds left out as 59, or as YYYY-MM-DD, which is the
/// last second of that day; nothing where it is malformed.
std::optional<std::int64_t> parse_moment(std::string_view text);

}  // namespace allot
