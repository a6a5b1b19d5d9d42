#pragma once

#include <string>

#include "libcore/base/day.hpp"

namespace allot::cli {

/// `2026-12-31 (37 days left)`, `2026-11-24 (last day)`, `2026-10-31 (ended 24 days ago)`, `open` without an end;
/// `today` is a day of the calendar.
std::string describe_until(Day until, Day today);

/// `2026-01-01..2026-12-31 (37 days left)`, `2027-01-01..2027-12-31 (starts in 38 days)`, `from 2026-01-01`,
/// `until 2026-12-31 (37 days left)`, `open` or, for an empty period, `no days`.
std::string describe_period(const Period& period, Day today);

}  // namespace allot::cli
