#include "libcore/model/headroom.hpp"

#include <algorithm>

namespace allot {

void Headroom::drawn_from(const Capacity& capacity) {
  if (grant_ == nullptr || !is_live(*grant_, today_)) return;
  for (ResourceId id = 0; id < grant_->counts.end(); ++id) {
    if (!capacity.holds[id]) bound(id, 0);
  }
}

void Headroom::bound_by(const Usage& taken, const Capacity& capacity) {
  if (grant_ == nullptr) return;
  for (ResourceId id = 0; id < grant_->counts.end(); ++id) {
    const auto room = find_room(taken[id], capacity.limits[id], grant_->period, today_);
    if (room) bound(id, grant_->counts[id] + *room);
  }
}

void Headroom::hold_for(const Usage& taken, const Capacity& own) {
  if (grant_ == nullptr) return;
  needs_.resize(grant_->counts.end());
  for (ResourceId id = 0; id < grant_->counts.end(); ++id) {
    const std::int64_t count = grant_->counts[id];
    if (count == 0) continue;
    const auto room = find_room(taken[id], own.limits[id], grant_->period, today_);
    Timeline others = own.limits[id];
    others.add(grant_->period, -count);
    const bool is_taken = taken[id].last_positive_day().value_or(Day::beginning()) >= today_;
    const auto room_without = find_room(taken[id], others, Period{}, today_);
    needs_[id] = {room ? count - *room : 0, room_without ? *room_without >= 0 : !is_taken};
  }
}

std::optional<std::int64_t> Headroom::left_of(const RuleViolation& rule_violation) const {
  if (!own_ || !rule_violation.limit || !rule_violation.allotted) return std::nullopt;
  const std::int64_t own = (*own_)[rule_violation.item->id].at(rule_violation.span.from);
  return std::max<std::int64_t>(own - (*rule_violation.allotted - *rule_violation.limit), 0);
}

void Headroom::complete(RuleViolation& rule_violation) const {
  if (grant_ == nullptr || !rule_violation.item || rule_violation.item->kind != Item::Kind::counted) return;
  const ResourceId id = rule_violation.item->id;
  if (id >= most_.size() || !most_[id]) return;
  rule_violation.requested = grant_->counts[id];
  rule_violation.accepted = *most_[id];
  if (id >= needs_.size() || *most_[id] >= needs_[id].least) return;
  rule_violation.accepted.reset();
  if (needs_[id].can_be_none) rule_violation.accepted = 0;
}

void Headroom::bound(ResourceId id, std::int64_t most) {
  if (id >= most_.size()) most_.resize(id + 1);
  most = std::max<std::int64_t>(most, 0);
  most_[id] = std::min(most_[id].value_or(most), most);
}

}  // namespace allot
