#include "libcore/model/timeline.hpp"

namespace allot {
namespace {

/// Returns the day after `until`; nothing for an open end.
std::optional<Day> day_after(Day until) {
  if (until == Day::forever()) return std::nullopt;
  return until.next();
}

}  // namespace

void Timeline::raise(Day from, std::int64_t amount) {
  auto at =
      std::lower_bound(steps_.begin(), steps_.end(), from, [](const Step& step, Day day) { return step.from < day; });
  if (at == steps_.end() || at->from != from) {
    const std::int64_t before = at == steps_.begin() ? 0 : std::prev(at)->value;
    at = steps_.insert(at, Step{from, before});
  }
  for (; at != steps_.end(); ++at) at->value += amount;
}

void Timeline::normalise() {
  std::int64_t before = 0;
  std::erase_if(steps_, [&](const Step& step) { return std::exchange(before, step.value) == step.value; });
}

void Timeline::add(const Period& period, std::int64_t amount) {
  if (period.is_empty() || amount == 0) return;
  raise(period.from, amount);
  if (const auto ended = day_after(period.until)) raise(*ended, -amount);
  normalise();
}

void Timeline::add(const Timeline& other, std::int64_t factor) {
  if (other.is_zero() || factor == 0) return;
  std::vector<Step> sum;
  sum.reserve(steps_.size() + other.steps_.size());
  for_each_span(*this, other, Period{}, [&](const Period& span, std::int64_t a, std::int64_t b) {
    sum.push_back({span.from, a + factor * b});
    return true;
  });
  steps_ = std::move(sum);
  normalise();
}

std::int64_t Timeline::at(Day day) const {
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), day,
                                      [](Day wanted, const Step& step) { return wanted < step.from; });
  return after == steps_.begin() ? 0 : std::prev(after)->value;
}

std::optional<Day> Timeline::last_positive_day() const {
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    if (step->value <= 0) continue;
    return step == steps_.rbegin() ? Day::forever() : std::prev(step)->from.previous();
  }
  return std::nullopt;
}

void TimelineBuilder::add(const Period& period, std::int64_t amount) {
  if (period.is_empty() || amount == 0) return;
  changes_.emplace_back(period.from, amount);
  if (const auto ended = day_after(period.until)) changes_.emplace_back(*ended, -amount);
}

void TimelineBuilder::add(const Timeline& other) {
  std::int64_t before = 0;
  for (const Timeline::Step& step : other.steps()) {
    changes_.emplace_back(step.from, step.value - std::exchange(before, step.value));
  }
}

Timeline TimelineBuilder::build() {
  Timeline sum;
  build(sum);
  return sum;
}

void TimelineBuilder::build(Timeline& sum) {
  std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  sum.steps_.clear();
  std::int64_t value = 0;
  for (std::size_t i = 0; i < changes_.size();) {
    const Day from = changes_[i].first;
    std::int64_t next = value;
    for (; i < changes_.size() && changes_[i].first == from; ++i) next += changes_[i].second;
    if (next != value) sum.steps_.push_back({from, next});
    value = next;
  }
  changes_.clear();
}

}  // namespace allot
