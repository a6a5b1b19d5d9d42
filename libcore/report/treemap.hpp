#pragma once

#include <cstddef>
#include <vector>

#include "libcore/report/report.hpp"

namespace allot::html {

/// The size of a treemap, and the area below which it leaves a group out.
struct TreemapSize {
  int width = 0;
  int height = 0;
  double least_area = 0;
};

/// A rectangle of a treemap in whole units, without the gap to its neighbours.
struct TreemapCell {
  std::size_t group = 0;
  std::size_t level = 0;
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  int strip = 0;  ///< the height of the strip at its top that its label has; 0 without one
};

/// Lays out the groups of `report` by their limits of a resource, each within its parent, the parent first. What a
/// parent has left stays empty.
std::vector<TreemapCell> make_treemap(const Report& report, ResourceId id, const TreemapSize& size);

}  // namespace allot::html
