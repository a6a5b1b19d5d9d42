#include "libcore/model/day_set.hpp"

#include <algorithm>
#include <utility>

namespace allot {

DaySet::DaySet(std::vector<Period> periods) {
  std::erase_if(periods, [](const Period& period) { return period.is_empty(); });
  std::sort(periods.begin(), periods.end(), [](const Period& a, const Period& b) { return a.from < b.from; });
  for (const Period& period : periods) {
    if (!periods_.empty() && period.from <= periods_.back().until.next()) {
      periods_.back().until = std::max(periods_.back().until, period.until);
    } else {
      periods_.push_back(period);
    }
  }
}

bool DaySet::contains(Day day) const {
  return std::any_of(periods_.begin(), periods_.end(), [&](const Period& period) { return period.contains(day); });
}

DaySet DaySet::with(const DaySet& other) const {
  if (other.is_empty()) return *this;
  std::vector<Period> all = periods_;
  all.insert(all.end(), other.periods_.begin(), other.periods_.end());
  return DaySet{std::move(all)};
}

DaySet DaySet::without(const DaySet& other) const {
  DaySet left;
  auto hole = other.periods_.begin();
  for (Period rest : periods_) {
    while (hole != other.periods_.end() && hole->until < rest.from) ++hole;
    for (auto each = hole; each != other.periods_.end() && each->from <= rest.until; ++each) {
      if (rest.from < each->from) left.periods_.push_back({rest.from, each->from.previous()});
      rest.from = each->until.next();
      if (each->until >= rest.until) rest = kNoDays;
      if (rest.is_empty()) break;
    }
    if (!rest.is_empty()) left.periods_.push_back(rest);
  }
  return left;
}

}  // namespace allot
