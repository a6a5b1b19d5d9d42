#include "libcore/access/idle.hpp"

#include <algorithm>
#include <utility>

#include "libcore/access/lookup.hpp"

namespace allot {
namespace {

class IdleSearch {
 public:
  IdleSearch(Snapshot& rows, ResourceId id, Day day) : rows_(rows), figures_(rows), id_(id), day_(day) {}

  std::vector<IdleGroup> run(GroupId group, const std::string& path) {
    collect(group, path);
    // A group leaves at most its limit, so that most groups need not be looked into.
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.limit > b.limit; });
    std::vector<IdleGroup> most;
    for (const Candidate& each : candidates_) {
      if (most.size() == kMostIdle && each.limit < most.back().idle) break;
      const std::int64_t idle = each.limit - held_in(each.id, each.allotted);
      if (idle <= 0) continue;
      const IdleGroup group_idle{each.path, idle};
      most.insert(std::upper_bound(most.begin(), most.end(), group_idle, comes_before), group_idle);
      if (most.size() > kMostIdle) most.pop_back();
    }
    return most;
  }

 private:
  struct Candidate {
    GroupId id = 0;
    std::string path;
    std::int64_t limit = 0;
    std::int64_t allotted = 0;
  };

  static bool comes_before(const IdleGroup& a, const IdleGroup& b) {
    return a.idle != b.idle ? a.idle > b.idle : a.group < b.group;
  }

  std::int64_t limit_of(const PathNode& node) const {
    std::int64_t limit = 0;
    for (const License& license : node.licenses) {
      if (license.grant.period.contains(day_)) limit += license.grant.counts[id_];
    }
    return limit;
  }

  void collect(GroupId group, const std::string& path) {
    rows_.for_each_child(group, [&](StoredGroup&& child) {
      std::string below = (path == "/" ? "" : path) + "/" + child.name;
      const PathNode node = load_node(rows_, figures_, std::move(child));
      if (node.traits.restriction == Restriction::reserved) {
        candidates_.push_back({node.id, std::move(below), limit_of(node), node.allotted[id_].at(day_)});
      } else if (node.children > 0) {
        collect(node.id, below);
      }
    });
  }

  /// Returns what users at and below a group hold: what is allotted in it, with what reserved groups below it leave
  /// unused taken off.
  std::int64_t held_in(GroupId group, std::int64_t allotted) {
    std::int64_t held = allotted;
    rows_.for_each_child(group, [&](StoredGroup&& child) {
      const PathNode node = load_node(rows_, figures_, std::move(child));
      const std::int64_t in_child = node.allotted[id_].at(day_);
      const bool is_reserved = node.traits.restriction == Restriction::reserved;
      held -= is_reserved ? limit_of(node) : in_child;
      held += node.children > 0 ? held_in(node.id, in_child) : in_child;
    });
    return held;
  }

  Snapshot& rows_;
  FiguresReader figures_;
  ResourceId id_;
  Day day_;
  std::vector<Candidate> candidates_;
};

}  // namespace

std::vector<IdleGroup> find_idle(Snapshot& rows, GroupId group, const std::string& path, ResourceId id, Day day) {
  return IdleSearch{rows, id, day}.run(group, path);
}

}  // namespace allot
