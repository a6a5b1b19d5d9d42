#include "libcore/model/holdings.hpp"

#include <algorithm>
#include <utility>

namespace allot {
namespace {

/// The sums over the children of a group.
struct Below {
  std::int64_t taken = 0;
  std::int64_t held = 0;
  std::int64_t idle = 0;
};

}  // namespace

void HoldingCount::add(const AncestorPath& ancestors) {
  const PathNode& group = ancestors.back();
  const bool is_reserved = group.traits.restriction == Restriction::reserved;
  groups_.push_back({ancestors.size(), is_reserved});
  for (ResourceId id = 0; id < resources_; ++id) {
    figures_.push_back({group.allotted[id].at(day_), is_reserved ? group.capacity->limits[id].at(day_) : 0});
  }
}

std::vector<std::vector<Holding>> HoldingCount::finish(std::size_t depth) {
  std::vector<std::vector<Holding>> holdings;
  if (groups_.empty()) return holdings;
  const std::size_t top = groups_.front().depth;
  std::vector<std::vector<Below>> below;  // by depth: of the groups there whose parent comes next
  for (std::size_t i = groups_.size(); i-- > 0;) {
    const Group& group = groups_[i];
    if (below.size() < group.depth + 2) below.resize(group.depth + 2, std::vector<Below>(resources_));
    std::vector<Holding> own(resources_);
    for (std::size_t id = 0; id < resources_; ++id) {
      const Figures& figures = figures_[i * resources_ + id];
      const Below children = std::exchange(below[group.depth + 1][id], Below{});
      own[id] = {figures.allotted - children.taken + children.held, children.idle};
      Below& sum = below[group.depth][id];
      sum.held += own[id].held;
      sum.taken += group.is_reserved ? figures.limit : figures.allotted;
      sum.idle += group.is_reserved ? std::max<std::int64_t>(figures.limit - own[id].held, 0) : own[id].idle;
    }
    if (group.depth - top <= depth) holdings.push_back(std::move(own));
  }
  std::reverse(holdings.begin(), holdings.end());
  return holdings;
}

}  // namespace allot
