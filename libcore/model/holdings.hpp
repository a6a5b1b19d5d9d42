#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/model/ancestor_path.hpp"

namespace allot {

/// What users hold of a resource at and below a group on a day, and how much of the limits of the nearest reserved
/// groups below it they leave unused; allot-rules(7), Held and idle.
struct Holding {
  std::int64_t held = 0;
  std::int64_t idle = 0;

  bool operator==(const Holding&) const = default;
};

/// Computes the holdings of the groups of a subtree from what is allotted in them: what a group allots that its
/// children do not take is what its own users hold.
class HoldingCount {
 public:
  /// `resources` is the number of counted resources.
  HoldingCount(std::size_t resources, Day day) : resources_(resources), day_(day) {}

  /// Adds the last group of `ancestors`; each group must be added before the groups below it, with nothing in between.
  void add(const AncestorPath& ancestors);

  /// Returns the holdings of the groups up to `depth` levels below the first, in the order in which they were added:
  /// one for each resource. Call it once.
  std::vector<std::vector<Holding>> finish(std::size_t depth);

 private:
  struct Figures {
    std::int64_t allotted = 0;
    std::int64_t limit = 0;  // of a reserved group
  };
  struct Group {
    std::size_t depth = 0;
    bool is_reserved = false;
  };

  std::size_t resources_;
  Day day_;
  std::vector<Group> groups_;
  std::vector<Figures> figures_;  // `resources_` for each group
};

}  // namespace allot
