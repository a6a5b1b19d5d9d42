#include "cli/output/dates.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <ctime>

#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

/// `1 day`, `2 days`: from `earlier` to `later`.
std::string count_days(Day earlier, Day later) {
  return count_of(static_cast<std::size_t>(std::int64_t{later.number()} - earlier.number()), "day");
}

/// ` (37 days left)`: the distance from `today` to a last day.
std::string remark_on_end(Day until, Day today) {
  if (until == today) return " (last day)";
  if (until < today) return fmt::format(" (ended {} ago)", count_days(until, today));
  return fmt::format(" ({} left)", count_days(today, until));
}

/// The local time of a moment in the format of strftime; `@SECONDS` if the calendar does not have it.
std::string write_local(std::int64_t moment, const char* format) {
  const std::time_t seconds = moment;
  std::tm local{};
  std::array<char, 64> text{};
  if (localtime_r(&seconds, &local) == nullptr) return fmt::format("@{}", moment);
  return {text.data(), std::strftime(text.data(), text.size(), format, &local)};
}

}  // namespace

std::string write_local_minute(std::int64_t moment) { return write_local(moment, "%Y-%m-%d %H:%M"); }

std::string write_local_moment(std::int64_t moment) {
  std::string text = write_local(moment, "%Y-%m-%dT%H:%M:%S%z");
  if (!text.starts_with('@')) text.insert(text.size() - 2, ":");
  return text;
}

std::string describe_until(Day until, Day today) {
  if (until == Day::forever()) return "open";
  if (until == Day::beginning()) return "never";
  return until.to_string() + remark_on_end(until, today);
}

std::string describe_period(const Period& period, Day today) {
  if (period.is_empty()) return "no days";
  const bool has_end = period.until != Day::forever();
  if (!period.from.is_finite()) return has_end ? "until " + describe_until(period.until, today) : "open";
  const std::string dates = has_end ? period.to_string() : "from " + period.from.to_string();
  if (period.from > today) return fmt::format("{} (starts in {})", dates, count_days(today, period.from));
  return has_end ? dates + remark_on_end(period.until, today) : dates;
}

}  // namespace allot::cli
