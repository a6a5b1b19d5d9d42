#include "libcore/model/day_set.hpp"

#include <doctest/doctest.h>

#include <random>

namespace allot {
namespace {

constexpr int kDays = 12;

Day day(int number) { return Day::from_number(number); }

/// The days of a set as bits: bit 0 for all days before the first, bit kDays + 1 for all days after the last.
unsigned bits_of(const DaySet& set) {
  unsigned bits = 0;
  for (int i = 0; i <= kDays + 1; ++i) bits |= static_cast<unsigned>(set.contains(day(i))) << static_cast<unsigned>(i);
  return bits;
}

DaySet random_set(std::mt19937& random) {
  std::vector<Period> periods;
  for (auto i = random() % 4; i > 0; --i) {
    Period period{day(1 + static_cast<int>(random() % kDays)), day(1 + static_cast<int>(random() % kDays))};
    if (random() % 6 == 0) period.from = Day::beginning();
    if (random() % 6 == 0) period.until = Day::forever();
    periods.push_back(period);
  }
  return DaySet{periods};
}

void require_maximal(const DaySet& set) {
  const auto& periods = set.periods();
  for (std::size_t i = 0; i < periods.size(); ++i) {
    CHECK_FALSE(periods[i].is_empty());
    if (i > 0) CHECK(periods[i - 1].until.next() < periods[i].from);
  }
}

}  // namespace

TEST_CASE("a set of days has maximal periods") {
  const DaySet set{{{day(5), day(6)}, {day(1), day(2)}, {day(3), day(3)}, {day(9), day(8)}}};
  CHECK(set.periods() == std::vector<Period>{{day(1), day(3)}, {day(5), day(6)}});
  CHECK_FALSE(set.contains(day(4)));
  CHECK(DaySet{{kNoDays}}.is_empty());
  CHECK(DaySet{{Period{}}}.without(DaySet{{{day(3), day(4)}}}).periods() ==
        std::vector<Period>{{Day::beginning(), day(2)}, {day(5), Day::forever()}});
}

TEST_CASE("unions and differences of days are those of each day") {
  std::mt19937 random{1};  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  for (int i = 0; i < 3000; ++i) {
    const DaySet a = random_set(random);
    const DaySet b = random_set(random);
    CAPTURE(i);
    CHECK(bits_of(a.with(b)) == (bits_of(a) | bits_of(b)));
    CHECK(bits_of(a.without(b)) == (bits_of(a) & ~bits_of(b)));
    require_maximal(a.with(b));
    require_maximal(a.without(b));
    CHECK((bits_of(a) == bits_of(b)) == (a == b));
  }
}

}  // namespace allot
