#include "libcore/query/donor.hpp"

#include <algorithm>
#include <utility>

namespace allot {

bool ends_later(const License& a, const License& b) {
  if (a.grant.period.until != b.grant.period.until) return a.grant.period.until > b.grant.period.until;
  return a.name < b.name;
}

Shortage::Shortage(AncestorPath ancestors, std::size_t source, ResourceId id, std::int64_t lacking,
                   const Period& period, Day today)
    : ancestors_(std::move(ancestors)), source_(source), id_(id), lacking_(lacking), period_(period), today_(today) {}

std::int64_t Shortage::in(const Period& within) const {
  const Period days = within.cut_to(period_);
  std::int64_t shortage = INT64_MIN / 2;  // it can be negated
  for (std::size_t at = source_ + 1; at-- > 0;) {
    const PathNode& group = ancestors_[at];
    if (!group.is_restricted()) continue;
    const auto room = find_room(group.allotted[id_], group.capacity->limits[id_], days, today_);
    if (room) shortage = std::max(shortage, lacking_ - *room);
    if (group.traits.restriction == Restriction::reserved) break;
  }
  return shortage;
}

void Shortage::use(const Period& within, std::int64_t amount) {
  Usage change;
  change.edit(id_).add(within, amount);
  used_.add(change);
  ancestors_.allot(source_, change, [](std::size_t) {});
}

ViolationReport Shortage::find_violations(const std::string& by, std::int64_t requested, std::int64_t accepted) const {
  ViolationReport violation_report{ancestors_.catalogue()};
  AncestorPath changed = ancestors_;
  Usage change;
  change.edit(id_).add(period_, lacking_);
  changed.allot(source_, change, [&](std::size_t at) {
    if (!changed[at].is_restricted()) return;
    RuleViolations rule_violations;
    check_limits(changed[at].allotted, *changed[at].capacity, today_, rule_violations);
    for (RuleViolation& each : rule_violations) {
      each.requested = requested;
      each.accepted = accepted;
      violation_report.add(each, changed.path_of(at), by);
    }
  });
  return violation_report;
}

void Shortage::apply(AncestorPath& ancestors) const {
  ancestors.allot(source_, used_, [](std::size_t) {});
}

Donor::Donor(Snapshot& rows, const AncestorPath& ancestors, ResourceId id, std::int64_t unused, Day today)
    : path_(ancestors.path()),
      id_(id),
      unused_(unused),
      today_(today),
      before_(ancestors.back().licenses),
      licenses_(before_),
      catalogue_(&ancestors.catalogue()),
      trial_(rows, ancestors, ancestors.back().traits, today) {
  for (std::size_t i = 0; i < licenses_.size(); ++i) {
    if (is_live(licenses_[i].grant, today_) && count(i) > 0) order_.push_back(i);
  }
  std::sort(order_.begin(), order_.end(),
            [&](std::size_t a, std::size_t b) { return ends_later(licenses_[a], licenses_[b]); });
}

void Donor::lower(Shortage& shortage) {
  for (const std::size_t i : order_) {
    const Period& period = licenses_[i].grant.period;
    const std::int64_t most = std::min({shortage.in(period), unused_ - find_lowered(period), count(i)});
    if (most > 0) change(i, find_least(i, count(i) - most), shortage);
  }
}

void Donor::restore(Shortage& shortage) {
  for (const std::size_t i : order_) {
    const std::int64_t lowered = before_[i].grant.counts[id_] - count(i);
    const std::int64_t left = std::min(-shortage.in(licenses_[i].grant.period), lowered);
    if (lowered > 0 && left > 0 && accepts(i, count(i) + left)) change(i, count(i) + left, shortage);
  }
}

void Donor::add_steps(std::vector<CountStep>& steps) const {
  for (const std::size_t i : order_) {
    const std::int64_t before = before_[i].grant.counts[id_];
    if (count(i) != before) steps.push_back({path_, before_[i].name, before, count(i)});
  }
}

void Donor::set(std::size_t license, std::int64_t count) {
  licenses_[license].grant.counts.set(id_, static_cast<std::int32_t>(count));
}

bool Donor::accepts(std::size_t license, std::int64_t count) {
  const std::int64_t current = this->count(license);
  set(license, count);
  ViolationReport violation_report{*catalogue_};
  trial_.check(licenses_, violation_report);
  set(license, current);
  return violation_report.is_clean();
}

/// Returns the least count from `least` on that is accepted. The counts above zero that are accepted are one range.
std::int64_t Donor::find_least(std::size_t license, std::int64_t least) {
  if (accepts(license, least)) return least;
  std::int64_t low = std::max<std::int64_t>(least, 1);
  std::int64_t high = count(license);
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (accepts(license, middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return high;
}

/// Returns the most by which the limit was lowered on a day of `within`.
std::int64_t Donor::find_lowered(const Period& within) const {
  Timeline lowered;
  for (const std::size_t i : order_) {
    lowered.add(licenses_[i].grant.period, before_[i].grant.counts[id_] - count(i));
  }
  std::int64_t most = 0;
  for_each_span(lowered, Timeline{}, within, [&](const Period&, std::int64_t value, std::int64_t) {
    most = std::max(most, value);
    return true;
  });
  return most;
}

void Donor::change(std::size_t license, std::int64_t count, Shortage& shortage) {
  shortage.use(licenses_[license].grant.period, count - this->count(license));
  set(license, count);
}

}  // namespace allot
