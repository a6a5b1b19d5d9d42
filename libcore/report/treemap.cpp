#include "libcore/report/treemap.hpp"

#include <algorithm>
#include <cmath>

namespace allot::html {
namespace {

constexpr std::size_t kMostLevels = 4;
constexpr int kStrip = 15;
constexpr int kLeastSide = 3;

struct Rectangle {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

/// A group, or nothing for what its parent has left, with its share of the parent's area.
struct Tile {
  std::optional<std::size_t> group;
  double area = 0;
  Rectangle place;
};

/// Returns the worst ratio of sides in a row of `area` along a side of length `side`, whose tiles have areas from
/// `least` to `most`.
double worst_ratio(double area, double least, double most, double side) {
  const double squared = side * side;
  return std::max(squared * most / (area * area), area * area / (squared * least));
}

/// Places tiles, largest first, in rows along the shorter side: Bruls, Huizing and van Wijk, Squarified Treemaps.
void squarify(std::vector<Tile>& tiles, Rectangle room) {
  for (std::size_t begin = 0; begin < tiles.size();) {
    const double side = std::min(room.width, room.height);
    if (side <= 0) return;
    double area = tiles[begin].area;
    std::size_t end = begin + 1;
    for (; end < tiles.size(); ++end) {
      const double least = std::min(tiles[end].area, tiles[end - 1].area);
      const double now = worst_ratio(area, tiles[end - 1].area, tiles[begin].area, side);
      if (worst_ratio(area + tiles[end].area, least, tiles[begin].area, side) > now) break;
      area += tiles[end].area;
    }
    const bool is_column = room.width >= room.height;
    const double thickness = area / side;
    double at = is_column ? room.y : room.x;
    for (; begin < end; ++begin) {
      const double length = tiles[begin].area / thickness;
      tiles[begin].place =
          is_column ? Rectangle{room.x, at, thickness, length} : Rectangle{at, room.y, length, thickness};
      at += length;
    }
    if (is_column) {
      room = {room.x + thickness, room.y, room.width - thickness, room.height};
    } else {
      room = {room.x, room.y + thickness, room.width, room.height - thickness};
    }
  }
}

class Layout {
 public:
  Layout(const Report& report, ResourceId id, const TreemapSize& size)
      : size_(size), weights_(report.groups.size()), children_(report.groups.size()) {
    std::vector<double> sums(report.groups.size());
    for (std::size_t i = report.groups.size(); i-- > 0;) {
      const ReportGroup& group = report.groups[i];
      const double used = static_cast<double>(group.counts[id].used);
      weights_[i] =
          std::max({static_cast<double>(group.counts[id].own_limit), used, group.is_restricted() ? 0 : sums[i]});
      if (group.parent) {
        sums[*group.parent] += weights_[i];
        children_[*group.parent].push_back(i);
      } else {
        roots_.push_back(i);
      }
    }
  }

  std::vector<TreemapCell> make() {
    double sum = 0;
    for (const std::size_t root : roots_) sum += weights_[root];
    place(roots_, sum, {0, 0, static_cast<double>(size_.width), static_cast<double>(size_.height)}, 0);
    return std::move(cells_);
  }

 private:
  /// Places `groups` in `room`, which stands for `total` or, if that is more, for the sum of their weights.
  void place(const std::vector<std::size_t>& groups, double total, const Rectangle& room, std::size_t level) {
    double sum = 0;
    for (const std::size_t group : groups) sum += weights_[group];
    if (sum <= 0) return;
    const double scale = room.width * room.height / std::max(total, sum);
    std::vector<Tile> tiles;
    for (const std::size_t group : groups) {
      if (weights_[group] > 0) tiles.push_back({group, weights_[group] * scale, {}});
    }
    std::sort(tiles.begin(), tiles.end(),
              [](const Tile& a, const Tile& b) { return a.area != b.area ? a.area > b.area : a.group < b.group; });
    if (total > sum) tiles.push_back({std::nullopt, (total - sum) * scale, {}});
    squarify(tiles, room);
    for (const Tile& tile : tiles) {
      if (tile.group && tile.area >= size_.least_area) add(*tile.group, tile.place, level);
    }
  }

  void add(std::size_t group, const Rectangle& place_of, std::size_t level) {
    TreemapCell cell{
        group, level, static_cast<int>(std::lround(place_of.x)), static_cast<int>(std::lround(place_of.y)), 0, 0, 0};
    cell.width = static_cast<int>(std::lround(place_of.x + place_of.width)) - cell.x - 1;
    cell.height = static_cast<int>(std::lround(place_of.y + place_of.height)) - cell.y - 1;
    if (cell.width < kLeastSide || cell.height < kLeastSide) return;
    if (cell.width >= 3 * kStrip && cell.height >= kStrip) cell.strip = kStrip;
    cells_.push_back(cell);
    if (level + 1 >= kMostLevels || children_[group].empty()) return;
    const int border = level == 0 ? 3 : 2;
    const double height = cell.height - cell.strip - border - (cell.strip > 0 ? 0 : border);
    const double width = cell.width - 2 * border;
    if (width < 2 * kLeastSide || height < 2 * kLeastSide) return;
    const double top = cell.strip > 0 ? cell.strip : border;
    place(children_[group], weights_[group],
          {static_cast<double>(cell.x + border), cell.y + top, width + 1, height + 1}, level + 1);
  }

  TreemapSize size_;
  std::vector<double> weights_;
  std::vector<std::vector<std::size_t>> children_;
  std::vector<std::size_t> roots_;
  std::vector<TreemapCell> cells_;
};

}  // namespace

std::vector<TreemapCell> make_treemap(const Report& report, ResourceId id, const TreemapSize& size) {
  return Layout{report, id, size}.make();
}

}  // namespace allot::html
