#include "libcore/model/allowance.hpp"

#include <algorithm>

namespace allot {

void Allowance::drawn_from(const Offer& offer) {
  if (grant_ == nullptr || !is_live(*grant_, today_)) return;
  for (ResourceId id = 0; id < grant_->counts.end(); ++id) {
    if (!offer.holds[id]) bound(id, 0);
  }
}

void Allowance::bound_by(const Tally& taken, const Offer& offer) {
  if (grant_ == nullptr) return;
  for (ResourceId id = 0; id < grant_->counts.end(); ++id) {
    const auto room = find_room(taken[id], offer.limits[id], grant_->period, today_);
    if (room) bound(id, grant_->counts[id] + *room);
  }
}

void Allowance::hold_for(const Tally& taken, const Offer& own) {
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

std::optional<std::int64_t> Allowance::left_of(const Finding& finding) const {
  if (!own_ || !finding.limit || !finding.allotted) return std::nullopt;
  const std::int64_t own = (*own_)[finding.item->id].at(finding.span.from);
  return std::max<std::int64_t>(own - (*finding.allotted - *finding.limit), 0);
}

void Allowance::complete(Finding& finding) const {
  if (grant_ == nullptr || !finding.item || finding.item->kind != Item::Kind::counted) return;
  const ResourceId id = finding.item->id;
  if (id >= most_.size() || !most_[id]) return;
  finding.requested = grant_->counts[id];
  finding.accepted = *most_[id];
  if (id >= needs_.size() || *most_[id] >= needs_[id].least) return;
  finding.accepted.reset();
  if (needs_[id].can_be_none) finding.accepted = 0;
}

void Allowance::bound(ResourceId id, std::int64_t most) {
  if (id >= most_.size()) most_.resize(id + 1);
  most = std::max<std::int64_t>(most, 0);
  most_[id] = std::min(most_[id].value_or(most), most);
}

}  // namespace allot
