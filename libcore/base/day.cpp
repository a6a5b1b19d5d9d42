#include "libcore/base/day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace allot {
namespace {

/// Returns the value of `digits`, or nothing if one of them is not a decimal digit.
std::optional<int> parse_digits(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Day> Day::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = parse_digits(text.substr(8, 2));
  if (!year || !month || !day || *year == 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return Day{static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}

Day Day::plus(std::int32_t days) const {
  if (!is_finite()) return *this;
  const std::int64_t sum = std::int64_t{number_} + days;
  return Day{static_cast<std::int32_t>(std::clamp<std::int64_t>(sum, first().number_, last().number_))};
}

std::string Day::to_string() const {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{number_}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string Period::to_string() const {
  return fmt::format("{}..{}", from.is_finite() ? from.to_string() : "", until.is_finite() ? until.to_string() : "");
}

}  // namespace allot
