#pragma once

#include <optional>
#include <vector>

#include "libcore/base/day.hpp"

namespace allot {

/// A set of days, kept as its maximal periods in ascending order.
class DaySet {
 public:
  /// Creates the empty set.
  DaySet() = default;

  /// Creates the set of the days of any of `periods`, which may be empty, overlap and be in any order.
  explicit DaySet(std::vector<Period> periods);

  bool is_empty() const { return periods_.empty(); }
  bool contains(Day day) const;

  /// Returns the maximal periods in ascending order; no two of them are adjacent.
  const std::vector<Period>& periods() const { return periods_; }

  /// Return the union and the difference.
  DaySet with(const DaySet& other) const;
  DaySet without(const DaySet& other) const;

  bool operator==(const DaySet&) const = default;

 private:
  std::vector<Period> periods_;
};

}  // namespace allot
