#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/day.hpp"

namespace allot {

/// A step function of days: 0 before the first step, then the value of the latest step.
class Timeline {
 public:
  struct Step {
    Day from;
    std::int64_t value = 0;

    bool operator==(const Step&) const = default;
  };

  /// 0 on every day.
  Timeline() = default;

  /// Creates a function from the steps of `steps()`: ascending days, no two neighbours with the same value.
  explicit Timeline(std::vector<Step> steps) : steps_(std::move(steps)) {}

  /// Adds `amount` on every day of `period`, which may be empty.
  void add(const Period& period, std::int64_t amount);

  /// Adds `factor` times `other` on every day.
  void add(const Timeline& other, std::int64_t factor = 1);

  std::int64_t at(Day day) const;
  bool is_zero() const { return steps_.empty(); }
  const std::vector<Step>& steps() const { return steps_; }

  /// Returns the last day with a value above 0: `Day::forever()` if there is no last day, nothing if there is no such
  /// day.
  std::optional<Day> last_positive_day() const;

  bool operator==(const Timeline&) const = default;

 private:
  friend class TimelineBuilder;

  void raise(Day from, std::int64_t amount);
  void normalise();

  std::vector<Step> steps_;
};

/// Collects many periods and computes their sum with one sort.
class TimelineBuilder {
 public:
  void add(const Period& period, std::int64_t amount);
  void add(const Timeline& other);
  bool is_empty() const { return changes_.empty(); }

  /// Returns the sum and clears the builder.
  Timeline build();

  /// Computes the sum in the memory of `sum` and clears the builder.
  void build(Timeline& sum);

 private:
  std::vector<std::pair<Day, std::int64_t>> changes_;
};

/// Calls `visit(Period span, value of a, value of b)` for each span of `within` in which both keep their value, in
/// order, until it returns false.
template <typename Visit>
void for_each_span(const Timeline& a, const Timeline& b, const Period& within, Visit visit) {
  auto next_a = a.steps().begin();
  auto next_b = b.steps().begin();
  std::int64_t value_a = 0;
  std::int64_t value_b = 0;
  for (Day from = within.from; from <= within.until;) {
    while (next_a != a.steps().end() && next_a->from <= from) value_a = (next_a++)->value;
    while (next_b != b.steps().end() && next_b->from <= from) value_b = (next_b++)->value;
    Day until = within.until;
    if (next_a != a.steps().end()) until = std::min(until, next_a->from.previous());
    if (next_b != b.steps().end()) until = std::min(until, next_b->from.previous());
    if (!visit(Period{from, until}, value_a, value_b) || until == within.until) return;
    from = until.next();
  }
}

}  // namespace allot
