#pragma once

#include <cstdint>

#include "libcore/base/day.hpp"
#include "libcore/storage/invalid_value.hpp"
#include "libcore/storage/sqlite/connection.hpp"

namespace allot {

/// Returns the integer at `column`; throws store unless it is from `least` to `most`.
inline std::int64_t read_integer(const Query& query, int column, std::int64_t least, std::int64_t most) {
  const std::int64_t value = query.integer(column);
  if (value < least || value > most) throw impossible_value();
  return value;
}

/// Returns the enumerator at `column` of an enumeration from 0 to `last`; throws store if the value is out of range.
template <typename Enum>
Enum read_choice(const Query& query, int column, Enum last) {
  return static_cast<Enum>(read_integer(query, column, 0, static_cast<std::int64_t>(last)));
}

/// Returns the day at `column`; throws store if it is not in the calendar.
inline Day read_day(const Query& query, int column) {
  return Day::from_number(
      static_cast<std::int32_t>(read_integer(query, column, Day::first().number(), Day::last().number())));
}

}  // namespace allot
