#pragma once

#include <string>
#include <string_view>

#include "libcore/model/grant.hpp"
#include "libcore/storage/grant_text.hpp"
#include "libcore/storage/postgresql/columns.hpp"
#include "libcore/storage/postgresql/copy.hpp"
#include "libcore/storage/postgresql/query.hpp"

namespace allot {

/// Binds `from_day, until_day`; an open end is null.
inline void bind_period(PgQuery& query, const Period& period) {
  const auto as_column = [](Day day) {
    return day.is_finite() ? std::optional<std::int64_t>{day.number()} : std::nullopt;
  };
  query.bind(as_column(period.from)).bind(as_column(period.until));
}

/// Puts the same columns.
inline void put_period(CopyIn& copy, const Period& period) {
  for (const Day day : {period.from, period.until}) day.is_finite() ? copy.put_int(day.number()) : copy.put_null();
}

/// Reads `from_day, until_day` at `column` and the next; throws store if they are not valid days.
inline Period read_period(const PgRow& query, int column) {
  Period period;
  if (!query.is_null(column)) period.from = read_day(query, column);
  if (!query.is_null(column + 1)) period.until = read_day(query, column + 1);
  return period;
}

/// Reads the grants of successive rows of a query; a column with the same text as in the previous row is not parsed
/// again.
class GrantColumns {
 public:
  explicit GrantColumns(const Catalogue& catalogue) : catalogue_(catalogue) {}

  /// Adds names that are missing in `catalogue` to it instead of throwing.
  static GrantColumns extending(Catalogue& catalogue) {
    GrantColumns columns{catalogue};
    columns.extended_ = &catalogue;
    return columns;
  }

  /// Reads `counts, features, from_day, until_day` from `column` on; the result is valid until the next call.
  const Grant& read(const PgRow& query, int column) {
    if (const std::string_view text = query.text(column); text != counts_) {
      counts_ = text;
      if (extended_ != nullptr) add_counted_names(text, *extended_);
      grant_.counts = read_counts(text, catalogue_);
    }
    if (const std::string_view text = query.text(column + 1); text != features_) {
      features_ = text;
      if (extended_ != nullptr) add_feature_names(text, *extended_);
      grant_.features = read_features(text, catalogue_);
    }
    grant_.period = read_period(query, column + 2);
    return grant_;
  }

 private:
  const Catalogue& catalogue_;
  Catalogue* extended_ = nullptr;
  std::string counts_;
  std::string features_;
  Grant grant_;
};

}  // namespace allot
