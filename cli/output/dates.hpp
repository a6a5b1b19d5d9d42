#pragma once

#include <cstdint>
#include <string>

#include "libcore/base/day.hpp"

namespace allot::cli {

/// `2026-12-31 (37 days left)`, `2026-11-24 (last day)`, `2026-10-31 (ended 24 days ago)`, `open` without an end;
/// `today` is a day of the calendar.
std::string describe_until(Day until, Day today);

/// `2026-01-01..2026-12-31 (37 days left)`, `2027-01-01..2027-12-31 (starts in 38 days)`, `from 2026-01-01`,
/// `until 2026-12-31 (37 days left)`, `open` or, for an empty period, `no days`.
std::string describe_period(const Period& period, Day today);

/// `2026-11-24 10:00` and `2026-11-24T10:00:00+01:00` in local time, for a moment in seconds since 1970-01-01 UTC.
std::string write_local_minute(std::int64_t moment);
std::string write_local_moment(std::int64_t moment);

}  // namespace allot::cli
