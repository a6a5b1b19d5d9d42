#include "libcore/base/moment.hpp"

#include <fmt/format.h>

#include "libcore/base/day.hpp"

namespace allot {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;

/// Parses and removes two digits at the start of `text`, at most `most`.
std::optional<std::int64_t> take_two_digits(std::string_view& text, std::int64_t most) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() < 2 || !is_digit(text[0]) || !is_digit(text[1])) return std::nullopt;
  const std::int64_t value = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  return value <= most ? std::optional{value} : std::nullopt;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string write_moment(std::int64_t moment) {
  const std::int64_t number = moment / kSecondsOfDay - (moment % kSecondsOfDay < 0 ? 1 : 0);
  if (number < Day::first().number() || number > Day::last().number()) return fmt::format("@{}", moment);
  const std::int64_t second = moment - number * kSecondsOfDay;
  const Day day = Day::from_number(static_cast<std::int32_t>(number));
  return fmt::format("{}T{:02}:{:02}:{:02}Z", day.to_string(), second / 3600, second / 60 % 60, second % 60);
}

std::optional<std::int64_t> parse_moment(std::string_view text) {
  const std::size_t mark = text.find('T');
  const auto day = Day::parse(text.substr(0, mark));
  if (!day) return std::nullopt;
  const std::int64_t start = std::int64_t{day->number()} * kSecondsOfDay;
  if (mark == std::string_view::npos) return start + kSecondsOfDay - 1;
  std::string_view rest = text.substr(mark + 1);
  const auto hour = take_two_digits(rest, 23);
  if (!hour || !take(rest, ':')) return std::nullopt;
  const auto minute = take_two_digits(rest, 59);
  if (!minute) return std::nullopt;
  std::optional<std::int64_t> second = 59;
  if (take(rest, ':')) second = take_two_digits(rest, 59);
  if (!second || rest != "Z") return std::nullopt;
  return start + *hour * 3600 + *minute * 60 + *second;
}

}  // namespace allot
