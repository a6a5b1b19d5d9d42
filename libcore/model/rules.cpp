#include "libcore/model/rules.hpp"

#include <algorithm>

namespace allot {
namespace {

const Timeline kZero;

/// Extends `hull` to include `period`.
void stretch(Period& hull, const Period& period) {
  if (period.is_empty()) return;
  hull = hull.is_empty() ? period : Period{std::min(hull.from, period.from), std::max(hull.until, period.until)};
}

/// Calls `visit` for each item of `grant`: a count above zero or a listed feature.
template <typename Visit>
void for_each_item(const Grant& grant, Visit visit) {
  for (ResourceId id = 0; id < grant.counts.end(); ++id) {
    if (grant.counts[id] > 0) visit(Item::counted(id));
  }
  for (FeatureId id = 0; id < grant.features.end(); ++id) {
    if (grant.features.has(id)) visit(Item::feature(id));
  }
}

/// Calls `visit(span, taken, limit)` for each span of the checked days of `limit`, in order, until it returns false;
/// allot-rules(7), Checked days.
template <typename Visit>
void for_each_checked_span(const Timeline& taken, const Timeline& limit, Day today, Visit visit) {
  const auto last = limit.last_positive_day();
  if (!last) return;
  const Period days = *last < today ? Period{*last, *last} : Period{today, *last};
  for_each_span(taken, limit, days, [&](const Period& span, std::int64_t amount, std::int64_t bound) {
    return bound <= 0 || visit(span, amount, bound);
  });
}

/// Returns the first run of checked days on which `taken` exceeds `limit`.
std::optional<RuleViolation> find_excess(const Timeline& taken, const Timeline& limit, Day today) {
  std::optional<RuleViolation> rule_violation;
  for_each_checked_span(taken, limit, today, [&](const Period& span, std::int64_t amount, std::int64_t bound) {
    if (amount <= bound) return true;
    rule_violation = RuleViolation{Rule::limit, std::nullopt, span, bound, amount, std::nullopt, amount, {}};
    return false;
  });
  return rule_violation;
}

/// Returns whether the explicit dates of `grant` that still matter are inside `hull`.
bool fits_hull(const Period& period, const Period& hull, Day today) {
  const bool until_fits = !period.until.is_finite() || hull.contains(period.until);
  const bool from_fits = !period.from.is_finite() || period.from < today || hull.contains(period.from);
  return until_fits && from_fits;
}

/// Whether a change of hull can break the period rule in the groups below. An empty hull is not checked, so a hull that
/// grows can break the rule where it becomes effective for a group below whose own hull did not overlap it before. A
/// live licence overlaps it: its explicit dates are inside, or it began before today and is open. So only an expired
/// licence, or a licence that such a hull had ended, is newly checked.
bool affects_below(const Period& before, const Period& after, Day today) {
  if (after.is_empty() || after == before) return false;
  if (before.is_empty()) return true;
  return after.from != before.from || after.until < before.until || before.until < today;
}

/// Whether `after` is below `before` on a day that is checked now, or checks a day that was not checked.
bool is_lowered(const Timeline& before, const Timeline& after, Day today) {
  bool lowered = false;
  for_each_checked_span(before, after, today, [&](const Period&, std::int64_t old_limit, std::int64_t new_limit) {
    lowered = old_limit <= 0 || new_limit < old_limit;
    return !lowered;
  });
  const auto last = after.last_positive_day();
  const auto last_before = before.last_positive_day();
  return lowered || (last && last_before && *last < *last_before && *last < today);
}

}  // namespace

const std::string& name_of(const Catalogue& catalogue, const Item& item) {
  return item.kind == Item::Kind::counted ? catalogue.counted()[item.id].name : catalogue.features()[item.id];
}

const Timeline& Usage::operator[](ResourceId id) const { return id < timelines_.size() ? timelines_[id] : kZero; }

Timeline& Usage::edit(ResourceId id) {
  if (id >= timelines_.size()) timelines_.resize(id + 1);
  return timelines_[id];
}

void Usage::add(const Usage& other, std::int64_t factor) {
  for (ResourceId id = 0; id < other.end(); ++id) {
    if (!other[id].is_zero()) edit(id).add(other[id], factor);
  }
}

void Usage::add(const Grant& grant, std::int64_t factor) {
  for (ResourceId id = 0; id < grant.counts.end(); ++id) {
    if (grant.counts[id] > 0) edit(id).add(grant.period, factor * grant.counts[id]);
  }
}

bool Usage::is_zero() const {
  return std::all_of(timelines_.begin(), timelines_.end(), [](const Timeline& each) { return each.is_zero(); });
}

bool Usage::operator==(const Usage& other) const {
  for (ResourceId id = 0; id < std::max(end(), other.end()); ++id) {
    if ((*this)[id] != other[id]) return false;
  }
  return true;
}

GrantList grants_of(const std::vector<License>& licenses) {
  GrantList grants;
  grants.reserve(licenses.size());
  for (const License& license : licenses) grants.push_back(&license.grant);
  return grants;
}

Capacity Capacity::of(const GrantList& grants, const Capacity* above, const Catalogue& catalogue) {
  Capacity capacity;
  capacity.counted_hulls.assign(catalogue.counted().size(), kNoDays);
  capacity.feature_hulls.assign(catalogue.features().size(), kNoDays);
  capacity.holds.assign(catalogue.counted().size(), false);
  for (const Grant* grant : grants) {
    capacity.limits.add(*grant);
    for_each_item(*grant, [&](const Item& item) {
      const bool is_counted = item.kind == Item::Kind::counted;
      if (is_counted) capacity.holds[item.id] = true;
      if (!is_counted) capacity.listed.add(item.id);
      stretch(is_counted ? capacity.counted_hulls[item.id] : capacity.feature_hulls[item.id], grant->period);
    });
  }
  if (above == nullptr) return capacity;
  for (std::size_t id = 0; id < capacity.counted_hulls.size(); ++id) {
    capacity.counted_hulls[id] = capacity.counted_hulls[id].cut_to(above->counted_hulls[id]);
  }
  for (std::size_t id = 0; id < capacity.feature_hulls.size(); ++id) {
    capacity.feature_hulls[id] = capacity.feature_hulls[id].cut_to(above->feature_hulls[id]);
  }
  return capacity;
}

void check_grant(const Grant& grant, const Catalogue& catalogue, RuleViolations& rule_violations) {
  for (ResourceId id = 0; id < grant.counts.end(); ++id) {
    const auto required = catalogue.counted()[id].requires_id;
    if (!required || grant.counts[id] <= grant.counts[*required]) continue;
    const std::int64_t bound = grant.counts[*required];
    rule_violations.push_back(
        {Rule::requires_, Item::counted(id), grant.period, bound, grant.counts[id], bound, {}, {}});
  }
  if (grant.period.is_empty())
    rule_violations.push_back({Rule::period, std::nullopt, grant.period, {}, {}, {}, {}, grant.period});
}

void check_draw(const Grant& grant, const Capacity& capacity, Day today, RuleViolations& rule_violations) {
  if (!is_live(grant, today)) return;
  for_each_item(grant, [&](const Item& item) {
    const bool is_counted = item.kind == Item::Kind::counted;
    const Period live{std::max(grant.period.from, today), grant.period.until};
    if (is_counted && !capacity.holds[item.id]) {
      const std::int64_t count = grant.counts[item.id];
      rule_violations.push_back({Rule::limit, item, live, 0, count, 0, count, grant.period});
    }
    if (!is_counted && !capacity.listed.has(item.id))
      rule_violations.push_back({Rule::feature, item, live, {}, {}, {}, {}, grant.period});
    const Period& hull = capacity.hull(item);
    if (!hull.is_empty() && !fits_hull(grant.period, hull, today)) {
      rule_violations.push_back({Rule::period, item, hull, {}, {}, {}, {}, grant.period});
    }
  });
}

void check_limits(const Usage& taken, const Capacity& capacity, Day today, RuleViolations& rule_violations) {
  for (ResourceId id = 0; id < capacity.holds.size(); ++id) {
    auto rule_violation = find_excess(taken[id], capacity.limits[id], today);
    if (!rule_violation) continue;
    rule_violation->item = Item::counted(id);
    rule_violations.push_back(*rule_violation);
  }
}

void check_ceiling(const GrantList& grants, const Capacity& own, const Capacity& capacity, Day today,
                   RuleViolations& rule_violations) {
  for (ResourceId id = 0; id < own.holds.size(); ++id) {
    if (!own.holds[id]) continue;
    auto rule_violation = find_excess(own.limits[id], capacity.limits[id], today);
    if (!capacity.holds[id]) {
      const auto live = std::find_if(grants.begin(), grants.end(), [&](const Grant* grant) {
        return grant->counts[id] > 0 && is_live(*grant, today);
      });
      if (live == grants.end()) continue;
      const Period span{std::max((*live)->period.from, today), (*live)->period.until};
      rule_violation = RuleViolation{Rule::ceiling, {}, span, 0, (*live)->counts[id], 0, {}, {}};
    }
    if (!rule_violation) continue;
    rule_violation->rule = Rule::ceiling;
    rule_violation->item = Item::counted(id);
    rule_violation->allotted.reset();
    rule_violations.push_back(*rule_violation);
  }
}

std::optional<std::int64_t> find_room(const Timeline& taken, const Timeline& limit, const Period& within, Day today) {
  std::optional<std::int64_t> room;
  for_each_checked_span(taken, limit, today, [&](const Period& span, std::int64_t amount, std::int64_t bound) {
    if (!span.cut_to(within).is_empty()) room = std::min(room.value_or(bound - amount), bound - amount);
    return true;
  });
  return room;
}

std::int64_t pass_ceilings(Restriction restriction, std::int64_t ceilings) {
  switch (restriction) {
    case Restriction::none:
      return ceilings;
    case Restriction::reserved:
      return 0;
    case Restriction::shared:
      return 1;
  }
  return 0;
}

bool may_break_below(const Capacity& before, const Capacity& after, std::int64_t ceilings, Day today) {
  if (!after.listed.includes(before.listed)) return true;
  for (std::size_t id = 0; id < before.holds.size(); ++id) {
    if (before.holds[id] && !after.holds[id]) return true;
    const auto resource = static_cast<ResourceId>(id);
    if (ceilings > 0 && is_lowered(before.limits[resource], after.limits[resource], today)) return true;
  }
  const auto is_harmless = [&](const Period& old_hull, const Period& new_hull) {
    return !affects_below(old_hull, new_hull, today);
  };
  return !std::equal(before.counted_hulls.begin(), before.counted_hulls.end(), after.counted_hulls.begin(),
                     is_harmless) ||
         !std::equal(before.feature_hulls.begin(), before.feature_hulls.end(), after.feature_hulls.begin(),
                     is_harmless);
}

}  // namespace allot
