#include "libcore/model/timeline.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>

namespace allot {
namespace {

constexpr int kDays = 24;

Day at(int number) { return Day::from_number(number); }

/// A period among days 0 to kDays-1, either end possibly open, possibly empty.
Period random_period(std::mt19937& random) {
  const int from = std::uniform_int_distribution<int>{-2, kDays}(random);
  const int until = std::uniform_int_distribution<int>{-1, kDays + 1}(random);
  return {from < 0 ? Day::beginning() : at(from), until >= kDays ? Day::forever() : at(until)};
}

/// The values of the days from -1 to kDays, one by one.
struct Reference {
  std::array<std::int64_t, kDays + 2> values{};

  void add(const Period& period, std::int64_t amount) {
    for (int i = -1; i <= kDays; ++i) {
      if (period.contains(at(i))) values[static_cast<std::size_t>(i + 1)] += amount;
    }
  }
  bool equals(const Timeline& timeline) const {
    for (int i = -1; i <= kDays; ++i) {
      if (timeline.at(at(i)) != values[static_cast<std::size_t>(i + 1)]) return false;
    }
    return timeline.at(Day::beginning()) == values.front() && timeline.at(Day::forever()) == values.back();
  }
};

bool is_canonical(const Timeline& timeline) {
  std::int64_t before = 0;
  std::optional<Day> day;
  for (const Timeline::Step& step : timeline.steps()) {
    if (step.value == before || (day && step.from <= *day)) return false;
    before = step.value;
    day = step.from;
  }
  return true;
}

TEST_CASE("a timeline is 0 until something is added") {
  Timeline timeline;
  CHECK(timeline.is_zero());
  CHECK(timeline.at(Day::beginning()) == 0);
  CHECK_FALSE(timeline.last_positive_day());
  timeline.add(kNoDays, 5);
  timeline.add({at(3), at(2)}, 5);
  timeline.add(Period{}, 0);
  CHECK(timeline.is_zero());
}

TEST_CASE("a timeline holds its value through the last day of the period") {
  Timeline timeline;
  timeline.add({at(5), at(7)}, 3);
  CHECK(timeline.at(at(4)) == 0);
  CHECK(timeline.at(at(5)) == 3);
  CHECK(timeline.at(at(7)) == 3);
  CHECK(timeline.at(at(8)) == 0);
  CHECK(timeline.last_positive_day() == at(7));
  timeline.add({at(7), Day::forever()}, 1);
  CHECK(timeline.last_positive_day() == Day::forever());
  timeline.add({at(7), Day::forever()}, -1);
  timeline.add({at(5), at(7)}, -3);
  CHECK(timeline.is_zero());
}

TEST_CASE("the last day of the calendar is an ordinary day") {
  Timeline timeline;
  timeline.add({Day::first(), Day::last()}, 2);
  CHECK(timeline.at(Day::first()) == 2);
  CHECK(timeline.at(Day::last()) == 2);
  CHECK(timeline.at(Day::beginning()) == 0);
  CHECK(timeline.at(Day::forever()) == 0);
  CHECK(timeline.last_positive_day() == Day::last());
}

TEST_CASE("amounts beyond 32 bits add up") {
  Timeline timeline;
  for (int i = 0; i < 10; ++i) timeline.add(Period{}, 2147483647);
  CHECK(timeline.at(at(0)) == 21474836470);
}

TEST_CASE("sums of periods equal the sums of their days") {
  std::mt19937 random{1};
  std::uniform_int_distribution<int> amounts{-4, 9};
  std::uniform_int_distribution<int> numbers{0, 12};
  for (int round = 0; round < 300; ++round) {
    Timeline timeline;
    TimelineBuilder builder;
    Reference reference;
    for (int i = numbers(random); i > 0; --i) {
      const Period period = random_period(random);
      const int amount = amounts(random);
      timeline.add(period, amount);
      builder.add(period, amount);
      reference.add(period, amount);
    }
    const Timeline built = builder.build();
    REQUIRE(reference.equals(timeline));
    REQUIRE(is_canonical(timeline));
    REQUIRE(built == timeline);
    REQUIRE(builder.is_empty());
    std::optional<Day> last;
    for (int i = -1; i <= kDays; ++i) {
      if (reference.values[static_cast<std::size_t>(i + 1)] > 0) last = i == kDays ? Day::forever() : at(i);
    }
    if (last != at(-1)) REQUIRE(timeline.last_positive_day() == last);
  }
}

TEST_CASE("sums of timelines equal the sums of their days") {
  std::mt19937 random{2};
  std::uniform_int_distribution<int> amounts{-4, 9};
  std::uniform_int_distribution<int> factors{-2, 2};
  for (int round = 0; round < 300; ++round) {
    Timeline a;
    Timeline b;
    Reference reference;
    const int factor = factors(random);
    for (int i = 0; i < 5; ++i) {
      const Period period = random_period(random);
      const int amount = amounts(random);
      (i % 2 == 0 ? a : b).add(period, amount);
      reference.add(period, i % 2 == 0 ? amount : factor * amount);
    }
    TimelineBuilder builder;
    builder.add(a);
    if (factor == 1) builder.add(b);
    const Timeline before = a;
    a.add(b, factor);
    REQUIRE(reference.equals(a));
    REQUIRE(is_canonical(a));
    REQUIRE(builder.build() == (factor == 1 ? a : before));
    a.add(b, -factor);
    REQUIRE(a == before);
  }
}

TEST_CASE("spans cover a period without gaps and keep both values") {
  std::mt19937 random{3};
  for (int round = 0; round < 200; ++round) {
    Timeline a;
    Timeline b;
    for (int i = 0; i < 3; ++i) {
      a.add(random_period(random), i + 1);
      b.add(random_period(random), 2 * i + 1);
    }
    const Period within = random_period(random);
    Day next = within.from;
    bool is_right = true;
    bool has_ended = within.is_empty();
    for_each_span(a, b, within, [&](const Period& span, std::int64_t value_a, std::int64_t value_b) {
      is_right = is_right && !has_ended && span.from == next && !span.is_empty() && within.contains(span.until);
      for (int i = -1; i <= kDays; ++i) {
        if (span.contains(at(i))) is_right = is_right && a.at(at(i)) == value_a && b.at(at(i)) == value_b;
      }
      has_ended = span.until == within.until;
      next = span.until.next();
      return true;
    });
    REQUIRE(is_right);
    REQUIRE(has_ended);
  }
}

TEST_CASE("the visitor can stop the visit of spans") {
  Timeline a;
  a.add({at(2), at(3)}, 1);
  int visits = 0;
  for_each_span(a, Timeline{}, Period{}, [&](const Period&, std::int64_t, std::int64_t) { return ++visits < 2; });
  CHECK(visits == 2);
}

}  // namespace
}  // namespace allot
