#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace allot {

/// Returns a text such as `2026-11-24T10:00:00Z` for a moment in seconds since 1970-01-01 UTC; `@SECONDS` outside the
/// years of the calendar.
std::string write_moment(std::int64_t moment);

/// Parses YYYY-MM-DDTHH:MM:SSZ, in which omitted seconds are 59, or YYYY-MM-DD, which is the last second of that day;
/// returns nothing if `text` is malformed.
std::optional<std::int64_t> parse_moment(std::string_view text);

}  // namespace allot
