#pragma once

#include "libcore/model/grant.hpp"
#include "libcore/store/connection.hpp"

namespace allot {

/// Binds `from_day, until_day`; an open end is null.
inline void bind_period(Query& query, const Period& period) {
  const auto as_column = [](Day day) {
    return day.is_finite() ? std::optional<std::int64_t>{day.number()} : std::nullopt;
  };
  query.bind(as_column(period.from)).bind(as_column(period.until));
}

/// Reads `from_day, until_day` at `column` and the one after it.
inline Period read_period(const Query& query, int column) {
  Period period;
  if (const auto from = query.find_integer(column)) period.from = Day::from_number(static_cast<std::int32_t>(*from));
  if (const auto until = query.find_integer(column + 1)) {
    period.until = Day::from_number(static_cast<std::int32_t>(*until));
  }
  return period;
}

}  // namespace allot
