#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace allot {

/// A calendar day from 0001-01-01 to 9999-12-31, or one of two infinities for an open end.
class Day {
 public:
  constexpr Day() = default;

  /// Returns the day that is `number` days after 1970-01-01.
  static constexpr Day from_number(std::int32_t number) { return Day{number}; }

  /// Returns a value before every day: the open start of a period.
  static constexpr Day beginning() { return Day{INT32_MIN}; }

  /// Returns a value after every day: the open end of a period.
  static constexpr Day forever() { return Day{INT32_MAX}; }

  /// Return 0001-01-01 and 9999-12-31, the ends of the calendar.
  static constexpr Day first() { return Day{-719162}; }
  static constexpr Day last() { return Day{2932896}; }

  /// Parses YYYY-MM-DD; returns nothing if `text` is malformed or not a day of the calendar.
  static std::optional<Day> parse(std::string_view text);

  constexpr std::int32_t number() const { return number_; }
  constexpr bool is_finite() const { return *this != beginning() && *this != forever(); }

  /// Return the day after and the day before; an infinity is unchanged.
  constexpr Day next() const { return is_finite() ? Day{number_ + 1} : *this; }
  constexpr Day previous() const { return is_finite() ? Day{number_ - 1} : *this; }

  /// Returns the day `days` later, limited to the calendar; an infinity is unchanged.
  Day plus(std::int32_t days) const;

  /// Returns YYYY-MM-DD; must not be called on an infinity.
  std::string to_string() const;

  constexpr auto operator<=>(const Day&) const = default;

 private:
  explicit constexpr Day(std::int32_t number) : number_(number) {}

  std::int32_t number_ = 0;
};

/// A range of days, both ends included; empty if `from` is after `until`.
struct Period {
  Day from = Day::beginning();
  Day until = Day::forever();

  constexpr bool is_empty() const { return from > until; }
  constexpr bool contains(Day day) const { return from <= day && day <= until; }

  /// Returns the intersection; it may be empty.
  constexpr Period cut_to(const Period& other) const {
    return {from > other.from ? from : other.from, until < other.until ? until : other.until};
  }

  /// Returns a text such as `2026-01-01..2026-12-31`, without open ends.
  std::string to_string() const;

  constexpr bool operator==(const Period&) const = default;
};

/// An empty period; every intersection with it is empty.
inline constexpr Period kNoDays{Day::forever(), Day::beginning()};

}  // namespace allot
