#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/report/report.hpp"

namespace allot::html {

/// Returns `number` with narrow no-break spaces between groups of three digits, from 10,000 on.
std::string write_number(std::int64_t number);

/// Returns `number` and the noun, which has an `s` unless there is one.
std::string write_count(std::int64_t number, std::string_view noun);

/// Returns the fragment of a link to `path`: what a browser reads as that path.
std::string fragment_of(std::string_view path);

/// Returns `used` as whole percents of `limit`, 0 and 100 only if exact, and 100 for more than the limit.
int share_of(std::int64_t used, std::int64_t limit);

/// Returns the class of a share for colours: 0 for 0 percent, 1 below 50, 2 below 80, 3 below 90, 4 below 100, else 5.
int colour_of(int share);

/// Returns `today`, `in 3 days` or `3 days ago`.
std::string describe_distance(Day day, Day today);

/// Returns what a licence holds: `sip 120, mobile 80, ukey2`.
std::string describe_grant(const Grant& grant, const Catalogue& catalogue);

/// Returns `2026-01-01 to 2026-12-31`, with a word for an open end.
std::string describe_days(const Period& period);

/// Returns the reason without the group: `suspended`, `expired on 2026-10-31`.
std::string describe_reason(const ReportBlock& block);

/// Returns the items that it blocks: `all`, or `sip, mobile`.
std::string describe_items(const ReportBlock& block, const Catalogue& catalogue);

/// Returns what changes after a licence: `sip 120 to 160, ukey2 ends`; empty if nothing does.
std::string describe_changes(const std::vector<ReportChange>& changes, const Catalogue& catalogue);

/// Returns the course of a limit and its usage in words: `120 of 250; from 2027-01-01 120 of 200`.
std::string describe_steps(const std::vector<ReportCount::Step>& steps);

/// Returns `name` cut to what fits into `width` units of a small font; empty if nothing legible does.
std::string fit_label(std::string_view name, int width);

}  // namespace allot::html
