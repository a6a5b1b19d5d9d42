#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/edit/removal_limit.hpp"
#include "libcore/model/hierarchy.hpp"
#include "libcore/model/path.hpp"

namespace allot::cli {

// Parsers of command line values. Each function throws usage with the value, `what` and a hint.

/// Whether a date may be `none`, an open end of a period.
enum class OpenEnd { refused, allowed };

Path parse_path(const std::optional<std::string>& text);
std::string parse_name(const std::string& text, std::string_view what);
std::string parse_text(const std::string& text, std::string_view what);
std::string parse_email(const std::string& text);
std::string parse_message(const std::string& text);
std::string parse_item_name(const std::string& text);
std::int32_t parse_count(const std::string& text, std::string_view what);
std::int64_t parse_whole(const std::string& text, std::string_view what, std::int64_t least, std::int64_t most);

/// A ceiling of removals, `N` or `P%`; nullopt if the option is missing.
std::optional<RemovalLimit> parse_removals(const std::optional<std::string>& text);

/// A number of levels; nullopt if the option is missing.
std::optional<std::size_t> parse_depth(const std::optional<std::string>& text);

/// `infinity` is the day that `none` denotes.
Day parse_day(const std::string& text, std::string_view what, OpenEnd open_end, Day infinity);
Day parse_day(const std::string& text, std::string_view what);

/// The first second of a day in UTC, in seconds since 1970-01-01.
std::int64_t start_of(Day day);

/// Either a revision of the log or a moment in seconds since 1970-01-01 UTC.
struct Point {
  std::optional<std::int64_t> revision;
  std::optional<std::int64_t> moment;
};
Point parse_point(const std::string& text, std::string_view what);

/// Throws usage also if `/` would be shared.
Restriction parse_restriction(const std::string& text, const Path& path);
Role parse_role(const std::string& text);
Repeat parse_repeat(const std::string& text);

/// The days of `--remind-before`, such as `30` or `60,30,7` in any order.
LeadTimes parse_lead_times(const std::string& text);

}  // namespace allot::cli
