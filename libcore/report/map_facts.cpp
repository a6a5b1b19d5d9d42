#include <fmt/format.h>

#include <algorithm>

#include "libcore/report/facts.hpp"
#include "libcore/report/treemap.hpp"
#include "libcore/report/wording.hpp"

namespace allot::html {
namespace {

constexpr std::size_t kMostMaps = 6;  // as many as the style can choose among
constexpr double kLeastArea = 60;

std::string draw_rectangle(int x, int y, int width, int height) {
  return fmt::format("M{},{}h{}v{}h{}", x, y, width, height, -width);
}

std::string class_of(const ReportGroup& group, ResourceId id) {
  const ReportCount& count = group.counts[id];
  if (count.is_blocked) return "lb";
  return fmt::format("l{}", colour_of(count.limit ? share_of(*count.limit - *count.remaining, *count.limit) : 0));
}

Facts make_cell_facts(const Report& report, const TreemapCell& cell, ResourceId id, bool is_parent) {
  const ReportGroup& group = report.groups[cell.group];
  Facts facts;
  facts.set("class", (is_parent ? "c" : "") + class_of(group, id));
  facts.set("row", std::to_string(cell.group));
  facts.set("d", draw_rectangle(cell.x, cell.y, cell.width, cell.height));
  if (is_parent) {
    const int border = cell.level == 0 ? 3 : 2;
    const int top = cell.strip > 0 ? cell.strip : border;
    if (cell.width > 2 * border && cell.height > top + border) {
      facts.set("free",
                draw_rectangle(cell.x + border, cell.y + top, cell.width - 2 * border, cell.height - top - border));
    }
  }
  const std::string label = cell.strip > 0 ? fit_label(shown(group.name), cell.width) : std::string{};
  facts.set("label", label);
  if (!label.empty()) {
    facts.set("fragment", fragment_of(shown(group.path)));
    facts.set("x", std::to_string(cell.x + 4));
    facts.set("y", std::to_string(cell.y + 11));
  }
  return facts;
}

Facts make_picture_facts(const Report& report, ResourceId id, const char* name, const TreemapSize& size) {
  Facts facts;
  facts.set("class", name);
  facts.set("width", std::to_string(size.width));
  facts.set("height", std::to_string(size.height));
  const auto cells = make_treemap(report, id, size);
  std::vector<bool> has_cells(report.groups.size());
  for (const TreemapCell& cell : cells) {
    if (const auto parent = report.groups[cell.group].parent) has_cells[*parent] = true;
  }
  Facts::List list;
  for (const TreemapCell& cell : cells) list.push_back(make_cell_facts(report, cell, id, has_cells[cell.group]));
  facts.set_list("cells", std::move(list));
  return facts;
}

}  // namespace

Facts::List make_map_facts(const Report& report) {
  Facts::List maps;
  const std::size_t number = std::min(report.resources.size(), kMostMaps);
  const double area = kLeastArea * std::max(1.0, static_cast<double>(number) / 2);
  for (std::size_t i = 0; i < number; ++i) {
    const ResourceId id = report.resources[i];
    Facts facts;
    facts.set("index", std::to_string(i));
    facts.set("name", report.catalogue.counted()[id].name);
    facts.set_flag("is_first", i == 0);
    facts.set_list("pictures", {make_picture_facts(report, id, "wide", {1200, 560, area}),
                                make_picture_facts(report, id, "narrow", {360, 480, area})});
    maps.push_back(std::move(facts));
  }
  return maps;
}

}  // namespace allot::html
