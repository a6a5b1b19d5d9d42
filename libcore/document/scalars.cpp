#include "libcore/document/scalars.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace allot {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// Returns whether `text` has the form of a date, with any numbers.
bool looks_like_date(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && is_digits(text.substr(0, 4)) &&
         is_digits(text.substr(5, 2)) && is_digits(text.substr(8, 2));
}

template <typename Enum, std::size_t N>
std::optional<Enum> read_word(const Event& scalar, const std::array<std::string_view, N>& words, std::string_view what,
                              Problems& problems) {
  const auto value = parse_word<Enum>(scalar.text, words);
  if (value) return value;
  problems.add(scalar.mark, [&] {
    const auto nearest = find_nearest(scalar.text, {words.begin(), words.end()});
    const std::string remedy = nearest ? fmt::format("did you mean {}?", quote(*nearest))
                                       : fmt::format("it is one of {}", fmt::join(words, ", "));
    return fmt::format("{} is not a {}; {}", quote(scalar.text), what, remedy);
  });
  return std::nullopt;
}

/// Reads a number from 1 to `most` of a unit.
std::optional<int> read_from_one(const Event& scalar, int most, std::string_view unit, Problems& problems) {
  const WrittenNumber number = parse_written_number(scalar, most);
  if (number.fault == NumberFault::none && number.value > 0) return static_cast<int>(number.value);
  problems.add(scalar.mark, [&] {
    if (number.fault == NumberFault::quoted || number.fault == NumberFault::malformed) {
      return describe(number.fault, scalar.text);
    }
    return fmt::format("{} is not from 1 to {} {}", quote(scalar.text), most, unit);
  });
  return std::nullopt;
}

}  // namespace

WrittenNumber parse_written_number(const Event& node, std::int64_t largest) {
  if (node.kind == EventKind::mapping) return {0, NumberFault::mapping};
  if (node.kind == EventKind::sequence) return {0, NumberFault::list};
  if (!node.is_plain) return {0, NumberFault::quoted};
  const std::string_view text = node.text;
  if (const auto value = parse_number(text, largest)) return {*value, NumberFault::none};
  if (is_digits(text) && text.front() != '0') return {0, NumberFault::too_large};
  if (text.starts_with('-') && is_digits(text.substr(1))) return {0, NumberFault::negative};
  return {0, NumberFault::malformed};
}

std::string describe(NumberFault fault, std::string_view text, std::int64_t largest) {
  switch (fault) {
    case NumberFault::quoted:
      return fmt::format("{} is a text, where a number belongs; write it without quotes", quote(text));
    case NumberFault::negative:
      return fmt::format("{} is negative; the least is 0", quote(text));
    case NumberFault::too_large:
      return fmt::format("{} is too large; the most is {}", quote(text), largest);
    case NumberFault::mapping:
      return "a number must stand here, not a mapping";
    case NumberFault::list:
      return "a number must stand here, not a list";
    case NumberFault::malformed:
    case NumberFault::none:
      break;
  }
  return fmt::format("{} is not a number; write decimal digits without sign, point, exponent or leading zero",
                     quote(text));
}

std::optional<Day> read_day(const Event& scalar, Problems& problems) {
  const auto day = Day::parse(scalar.text);
  if (day) return day;
  problems.add(scalar.mark, [&] {
    if (looks_like_date(scalar.text)) return fmt::format("{} is not a day of the calendar", quote(scalar.text));
    return fmt::format("{} is not a date; write YYYY-MM-DD, or nothing for an open end", quote(scalar.text));
  });
  return std::nullopt;
}

std::optional<bool> read_bool(const Event& scalar, Problems& problems) {
  if (scalar.is_plain && scalar.text == "true") return true;
  if (scalar.is_plain && scalar.text == "false") return false;
  problems.add(scalar.mark, [&] {
    const bool is_quoted = scalar.text == "true" || scalar.text == "false";
    return is_quoted ? fmt::format("{} is a text; write it without quotes", quote(scalar.text))
                     : fmt::format("{} is neither true nor false", quote(scalar.text));
  });
  return std::nullopt;
}

std::optional<int> read_reminder_days(const Event& scalar, Problems& problems) {
  return read_from_one(scalar, kReminderDays, "days", problems);
}

std::optional<int> read_percentage(const Event& scalar, Problems& problems) {
  return read_from_one(scalar, 100, "percent", problems);
}

std::optional<Restriction> read_restriction(const Event& scalar, Problems& problems) {
  return read_word<Restriction>(scalar, kRestrictionWords, "restriction", problems);
}

std::optional<Repeat> read_repeat(const Event& scalar, Problems& problems) {
  return read_word<Repeat>(scalar, kRepeatWords, "repeat", problems);
}

std::optional<Role> read_role(const Event& scalar, Problems& problems) {
  return read_word<Role>(scalar, kRoleWords, "role", problems);
}

}  // namespace allot
