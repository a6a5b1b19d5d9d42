#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "libcore/report/facts.hpp"
#include "libcore/report/wording.hpp"

namespace allot::html {
namespace {

constexpr std::size_t kMostNear = 10;
constexpr std::size_t kMostBlocked = 12;
constexpr std::size_t kMostTitleRoots = 3;
constexpr int kTileCurveHeight = 62;

std::string describe_roots(const Report& report) {
  std::vector<std::string> paths;
  for (const ReportGroup& group : report.groups) {
    if (!group.parent) paths.push_back(shown(group.path));
  }
  const std::size_t more = paths.size() - std::min(paths.size(), kMostTitleRoots);
  paths.resize(paths.size() - more);
  std::string text = fmt::format("{}", fmt::join(paths, ", "));
  return more == 0 ? text : fmt::format("{} and {} more", text, more);
}

std::string describe_scope(const Report& report) {
  std::string text;
  if (report.options.reader) text = fmt::format(" It shows what {} may see.", shown(*report.options.reader));
  if (report.options.depth) {
    text += fmt::format(" It goes down {}; figures include the groups below.",
                        write_count(static_cast<std::int64_t>(*report.options.depth), "level"));
  }
  return text;
}

void add_numbers(const Report& report, Facts& facts) {
  std::int64_t users = 0;
  std::int64_t licenses = 0;
  std::int64_t near = 0;
  std::int64_t blocked = 0;
  for (const ReportGroup& group : report.groups) {
    users += group.members;
    licenses += static_cast<std::int64_t>(group.licenses.size());
    near += group.is_near() ? 1 : 0;
    blocked += group.is_notably_blocked() ? 1 : 0;
  }
  const auto add = [&](const std::string& name, std::int64_t number, const char* noun) {
    facts.set(name, write_number(number));
    facts.set(name + "_noun", std::string{noun} + (number == 1 ? "" : "s"));
  };
  add("groups", static_cast<std::int64_t>(report.groups.size()), "group");
  add("users", users, "membership");
  add("licenses", licenses, "licence");
  facts.set("near_number", write_number(near));
  facts.set_flag("near_count", near > 0);
  facts.set("blocked_number", write_number(blocked));
  facts.set_flag("blocked_count", blocked > 0);
}

std::string describe_count(const ReportGroup& group, ResourceId id) {
  const ReportCount& count = group.counts[id];
  for (const ReportBlock& block : group.blocks) {
    if (block.has(Item::counted(id))) return "blocked: " + describe_reason(block);
  }
  if (!count.limit) return "no limit at or above";
  std::string text;
  if (!group.is_restricted()) text = fmt::format("limit of {}: ", shown(group.limited_by));
  text += write_number(*count.remaining) + " left";
  if (count.available != count.remaining) text += fmt::format(", {} available", write_number(*count.available));
  return text;
}

Facts make_tile_facts(const Report& report, const ReportGroup& group, ResourceId id) {
  const TimeAxis axis{report.window};
  const ReportCount& count = group.counts[id];
  const CurveFrame frame{0, kTileCurveHeight, largest_of(count.steps)};
  Facts facts;
  facts.set("name", report.catalogue.counted()[id].name);
  facts.set("used", write_number(count.used));
  facts.set("limit", count.limit ? write_number(*count.limit) : "");
  const std::int64_t taken = count.limit && !count.is_blocked ? *count.limit - *count.remaining : 0;
  facts.set("bar", count.is_blocked ? "pb" : fmt::format("p{}", share_of(taken, count.limit.value_or(0))));
  facts.set("note", describe_count(group, id));
  facts.set("course", describe_steps(count.steps));
  facts.set("limit_path", axis.draw_limit(count.steps, frame).value_or("M0,0"));
  facts.set("used_path", axis.draw_used(count.steps, frame));
  return facts;
}

Facts::List make_root_facts(const Report& report) {
  const auto roots =
      std::count_if(report.groups.begin(), report.groups.end(), [](const ReportGroup& group) { return !group.parent; });
  Facts::List list;
  for (const ReportGroup& group : report.groups) {
    if (group.parent) continue;
    Facts facts;
    facts.set("heading", roots > 1 ? shown(group.path) : "");
    facts.set("fragment", fragment_of(shown(group.path)));
    Facts::List counts;
    for (const ResourceId id : report.resources) counts.push_back(make_tile_facts(report, group, id));
    facts.set_list("counts", std::move(counts));
    list.push_back(std::move(facts));
  }
  return list;
}

/// Returns the largest share that a group near its limit has used of one.
int largest_share_of(const Report& report, const ReportGroup& group) {
  int largest = 0;
  for (const ResourceId id : report.resources) {
    if (group.is_near(id)) largest = std::max(largest, share_of(group.counts[id].used, *group.counts[id].limit));
  }
  return largest;
}

Facts make_near_facts(const Report& report, const ReportGroup& group) {
  Facts facts;
  facts.set("path", shown(group.path));
  facts.set("fragment", fragment_of(shown(group.path)));
  Facts::List counts;
  for (const ResourceId id : report.resources) {
    if (!group.is_near(id)) continue;
    const ReportCount& count = group.counts[id];
    Facts each;
    each.set("item", report.catalogue.counted()[id].name);
    each.set("used", write_number(count.used));
    each.set("limit", write_number(*count.limit));
    each.set("bar", fmt::format("p{}", share_of(count.used, *count.limit)));
    counts.push_back(std::move(each));
  }
  facts.set_list("counts", std::move(counts));
  return facts;
}

/// Adds the groups near a limit: the fullest first, then the higher ones, then those of the larger limits.
void add_near(const Report& report, Facts& facts) {
  std::vector<std::tuple<int, std::size_t, std::int64_t, std::size_t>> near;
  for (std::size_t i = 0; i < report.groups.size(); ++i) {
    const ReportGroup& group = report.groups[i];
    if (!group.is_near()) continue;
    std::int64_t limits = 0;
    for (const ResourceId id : report.resources) limits += group.is_near(id) ? *group.counts[id].limit : 0;
    near.emplace_back(-largest_share_of(report, group), group.depth, -limits, i);
  }
  std::sort(near.begin(), near.end());
  Facts::List list;
  for (std::size_t i = 0; i < std::min(near.size(), kMostNear); ++i) {
    list.push_back(make_near_facts(report, report.groups[std::get<3>(near[i])]));
  }
  facts.set_list("near", std::move(list));
  if (near.size() > kMostNear) facts.set("near_more", write_number(static_cast<std::int64_t>(near.size() - kMostNear)));
}

/// A reason for blocks with the groups that it blocks something in.
struct Cause {
  const ReportBlock* block = nullptr;
  std::string items;
  std::int64_t groups = 0;
  std::int64_t users = 0;
};

/// Returns the notable causes, those of the most groups first.
std::vector<Cause> find_causes(const Report& report) {
  std::vector<Cause> causes;
  std::map<std::tuple<std::string, BlockReason, std::optional<Day>, std::string>, std::size_t> places;
  for (const ReportGroup& group : report.groups) {
    for (const ReportBlock& block : group.blocks) {
      if (!block.is_notable) continue;
      const std::string items = describe_items(block, report.catalogue);
      const auto [place, is_new] = places.try_emplace({block.by, block.reason, block.date, items}, causes.size());
      if (is_new) causes.push_back({&block, items, 0, 0});
      ++causes[place->second].groups;
      causes[place->second].users += group.members;
    }
  }
  std::stable_sort(causes.begin(), causes.end(), [](const Cause& a, const Cause& b) { return a.groups > b.groups; });
  return causes;
}

void add_blocked(const Report& report, Facts& facts) {
  const std::vector<Cause> causes = find_causes(report);
  Facts::List list;
  for (std::size_t i = 0; i < std::min(causes.size(), kMostBlocked); ++i) {
    const Cause& cause = causes[i];
    Facts each;
    each.set("by", shown(cause.block->by));
    each.set("fragment", cause.block->is_in_report ? fragment_of(shown(cause.block->by)) : "");
    each.set("items", cause.items);
    each.set("reason", describe_reason(*cause.block));
    each.set("extent", fmt::format("{}, {}", write_count(cause.groups, "group"), write_count(cause.users, "user")));
    list.push_back(std::move(each));
  }
  facts.set_list("blocked", std::move(list));
  if (causes.size() > kMostBlocked) {
    facts.set("blocked_more", write_count(static_cast<std::int64_t>(causes.size() - kMostBlocked), "reason"));
  }
}

Facts::List make_tick_facts(const Report& report) {
  Facts::List list;
  for (const TimeAxis::Tick& tick : TimeAxis{report.window}.ticks()) {
    Facts facts;
    facts.set("x", std::to_string(tick.x));
    facts.set("label", tick.label);
    facts.set_flag("is_year", tick.is_year);
    list.push_back(std::move(facts));
  }
  return list;
}

}  // namespace

Facts make_page_facts(const Report& report) {
  Facts facts;
  facts.set("title", describe_roots(report));
  facts.set("day", report.options.day.to_string());
  facts.set("months", write_count(report.options.months, "month"));
  facts.set("end", report.window.until.to_string());
  facts.set("scope", describe_scope(report));
  facts.set("origin", fmt::format("Made by allot for {}.", report.options.day.to_string()));
  add_numbers(report, facts);
  facts.set_list("ticks", make_tick_facts(report));
  facts.set_list("roots", make_root_facts(report));
  facts.set_flag("has_curves", !report.resources.empty());
  facts.set_list("maps", make_map_facts(report));
  add_near(report, facts);
  add_blocked(report, facts);
  add_end_facts(report, facts);
  Facts::List resources;
  for (const ResourceId id : report.resources) {
    Facts each;
    each.set("name", report.catalogue.counted()[id].name);
    resources.push_back(std::move(each));
  }
  facts.set_list("resources", std::move(resources));
  return facts;
}

}  // namespace allot::html
