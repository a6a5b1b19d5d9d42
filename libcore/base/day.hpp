#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace allot {

/// A calendar day from 0001-01-01 to 9999-12-31, or one of the two infinities that stand for an open end.
class Day {
 public:
  constexpr Day() = default;

  /// The day that is `number` days after 1970-01-01.
  static constexpr Day from_number(std::int32_t number) { return Day{number}; }

  /// Before every day: the open start of a period.
  static constexpr Day beginning() { return Day{INT32_MIN}; }

  /// After every day: the open end of a period.
  static constexpr Day forever() { return Day{INT32_MAX}; }

  /// 0001-01-01 and 9999-12-31, the ends of the calendar.
  static constexpr Day first() { return Day{-719162}; }
  static constexpr Day last() { return Day{2932896}; }

  /// The day that `text` spells as YYYY-MM-DD; nothing if it is malformed or not a day of the calendar.
  static std::optional<Day> parse(std::string_view text);

  constexpr std::int32_t number() const { return number_; }
  constexpr bool is_finite() const { return *this != beginning() && *this != forever(); }

  /// The day after and the day before; an infinity stays where it is.
  constexpr Day next() const { return is_finite() ? Day{number_ + 1} : *this; }
  constexpr Day previous() const { return is_finite() ? Day{number_ - 1} : *this; }

  /// `days` later, held within the calendar; an infinity stays where it is.
  Day plus(std::int32_t days) const;

  /// YYYY-MM-DD; must not be called on an infinity.
  std::string to_string() const;

  constexpr auto operator<=>(const Day&) const = default;

 private:
  explicit constexpr Day(std::int32_t number) : number_(number) {}

  std::int32_t number_ = 0;
};

/// A run of days, both ends included; empty when `from` is after `until`.
struct Period {
  Day from = Day::beginning();
  Day until = Day::forever();

  constexpr bool is_empty() const { return from > until; }
  constexpr bool contains(Day day) const { return from <= day && day <= until; }

  /// The days that lie in both; possibly empty.
  constexpr Period cut_to(const Period& other) const {
    return {from > other.from ? from : other.from, until < other.until ? until : other.until};
  }

  /// `2026-01-01..2026-12-31`, an open end left out.
  std::string to_string() const;

  constexpr bool operator==(const Period&) const = default;
};

/// The period without a day, which every cut leaves empty.
inline constexpr Period kNoDays{Day::forever(), Day::beginning()};

}  // namespace allot
