#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "libcore/base/error.hpp"
#include "libcore/report/report.hpp"

namespace allot {
namespace {

/// Returns the days from `day` on for `months` calendar months.
Period window_from(Day day, int months) {
  using std::chrono::days;
  using std::chrono::sys_days;
  const std::chrono::year_month_day date{sys_days{days{day.number()}}};
  std::chrono::year_month_day end = date + std::chrono::months{months};
  if (!end.ok()) end = end.year() / end.month() / std::chrono::last;
  const auto number = static_cast<std::int32_t>(sys_days{end}.time_since_epoch().count());
  return {day, std::min(Day::from_number(number).previous(), Day::last())};
}

/// Returns the limit of the last group of `ancestors` as it is shown on `day`; nothing if it is unlimited.
std::optional<std::int64_t> limit_on(const AncestorPath& ancestors, ResourceId id, Day day) {
  if (!find_blocks(ancestors, Item::counted(id), day).empty()) return 0;
  const auto restricted = ancestors.find_restricted(ancestors.size() - 1);
  if (!restricted) return std::nullopt;
  return ancestors[*restricted].capacity->limits[id].at(day);
}

/// Returns the days of `window` on which the limit or the usage of a resource in the last group can change, in order.
std::vector<Day> find_steps(const AncestorPath& ancestors, ResourceId id, const Period& window) {
  std::vector<Day> days{window.from};
  for (std::size_t at = 0; at < ancestors.size(); ++at) {
    if (!ancestors[at].is_restricted()) continue;
    for (const License& license : ancestors[at].licenses) {
      days.push_back(license.grant.period.from);
      days.push_back(license.grant.period.until.next());
    }
  }
  for (const Timeline::Step& step : ancestors.back().allotted[id].steps()) days.push_back(step.from);
  std::erase_if(days, [&](Day each) { return !window.contains(each); });
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

/// Returns the largest value of `timeline` on any day.
std::int64_t largest_of(const Timeline& timeline) {
  std::int64_t largest = 0;
  for (const Timeline::Step& step : timeline.steps()) largest = std::max(largest, step.value);
  return largest;
}

ReportCount read_count(const AncestorPath& ancestors, ResourceId id, const Period& window) {
  const Day day = window.from;
  const CountedState state = state_of_counted(ancestors, id, day);
  ReportCount count{state.limit, state.used, state.remaining, state.available, !state.blocked_by.empty(), 0, {}};
  if (ancestors.back().is_restricted()) {
    const Timeline& limits = ancestors.back().capacity->limits[id];
    count.own_limit = limits.at(day) > 0 ? limits.at(day) : largest_of(limits);
  }
  for (const Day from : find_steps(ancestors, id, window)) {
    const ReportCount::Step step{from, limit_on(ancestors, id, from), ancestors.back().allotted[id].at(from)};
    const bool is_same =
        !count.steps.empty() && count.steps.back().limit == step.limit && count.steps.back().used == step.used;
    if (!is_same) count.steps.push_back(step);
  }
  return count;
}

/// Returns what changes in the last group of `ancestors` after `last`.
std::vector<ReportChange> find_changes_after(const AncestorPath& ancestors, Day last) {
  const Catalogue& catalogue = ancestors.catalogue();
  std::vector<ReportChange> changes;
  const auto add = [&](const Item& item, std::optional<std::int64_t> before, std::optional<std::int64_t> after) {
    if (before != after) changes.push_back({item, before, after});
  };
  for (const ResourceId id : catalogue.counted_in_order()) {
    add(Item::counted(id), limit_on(ancestors, id, last), limit_on(ancestors, id, last.next()));
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    const Item item = Item::feature(id);
    add(item, find_blocks(ancestors, item, last).empty() ? 1 : 0,
        find_blocks(ancestors, item, last.next()).empty() ? 1 : 0);
  }
  return changes;
}

void read_licenses(const AncestorPath& ancestors, const Period& window, ReportGroup& group) {
  for (const License& license : ancestors.back().licenses) {
    ReportLicense read{license, status_on(window.from, license, group.traits.restriction), std::nullopt, {}};
    if (group.is_restricted()) read.last = last_day_of(ancestors, license);
    if (read.last && window.contains(*read.last)) read.changes = find_changes_after(ancestors, *read.last);
    group.licenses.push_back(std::move(read));
  }
}

/// Returns whether a block takes away what there was, or keeps from use what is granted or begins later.
bool is_notable(BlockReason reason, const Item& item, const ReportGroup& group) {
  if (reason == BlockReason::suspended || reason == BlockReason::expired) return true;
  if (item.kind == Item::Kind::feature) return false;
  return reason == BlockReason::not_yet_valid || group.counts[item.id].used > 0;
}

/// Adds the blocks on `item` to those of `group`, below the root of the report at `root`. They
/// have one entry for each blocking group, reason and date.
void read_blocks(const AncestorPath& ancestors, std::size_t root, const Item& item, Day day, ReportGroup& group) {
  for (const Block& block : find_blocks(ancestors, item, day)) {
    const std::string by = ancestors.path_of(block.at);
    const auto is_same = [&](const ReportBlock& each) {
      return each.by == by && each.reason == block.reason && each.date == block.date;
    };
    auto found = std::find_if(group.blocks.begin(), group.blocks.end(), is_same);
    if (found == group.blocks.end()) {
      found = group.blocks.insert(found, {by, block.at >= root, block.reason, block.date, {}, false, false});
    }
    found->items.push_back(item);
    found->is_notable = found->is_notable || is_notable(block.reason, item, group);
  }
}

ReportGroup read_group(const AncestorPath& ancestors, std::size_t root, const Period& window) {
  const Catalogue& catalogue = ancestors.catalogue();
  const PathNode& node = ancestors.back();
  ReportGroup group;
  group.path = ancestors.path();
  group.name = node.name;
  group.traits = node.traits;
  group.children = node.children;
  group.members = node.members;
  if (const auto restricted = ancestors.find_restricted(ancestors.size() - 1)) {
    group.limited_by = ancestors.path_of(*restricted);
  }
  for (ResourceId id = 0; id < catalogue.counted().size(); ++id) {
    group.counts.push_back(read_count(ancestors, id, window));
  }
  read_licenses(ancestors, window, group);
  for (const ResourceId id : catalogue.counted_in_order()) {
    read_blocks(ancestors, root, Item::counted(id), window.from, group);
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    const FeatureState state = state_of_feature(ancestors, id, window.from);
    if (state.is_enabled) group.features.push_back({id, state.until});
    read_blocks(ancestors, root, Item::feature(id), window.from, group);
  }
  const std::size_t items = catalogue.counted().size() + catalogue.features().size();
  for (ReportBlock& block : group.blocks) block.is_of_all = block.items.size() == items;
  return group;
}

Error too_many(const ReportOptions& options) {
  return Error::not_found(fmt::format("the report would have more than {} groups", kMostReportGroups),
                          options.depth ? "give a smaller --depth"
                                        : "give --depth N, which leaves out the groups more than N levels below");
}

}  // namespace

bool ReportGroup::is_near(ResourceId id) const {
  const ReportCount& count = counts[id];
  return is_restricted() && !count.is_blocked && count.limit.value_or(0) > 0 && *count.remaining * 10 <= *count.limit;
}

bool ReportGroup::is_near() const {
  for (ResourceId id = 0; id < counts.size(); ++id) {
    if (is_near(id)) return true;
  }
  return false;
}

bool ReportGroup::is_notably_blocked(const Item& item) const {
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const ReportBlock& block) { return block.is_notable && block.has(item); });
}

bool ReportGroup::is_notably_blocked() const {
  return std::any_of(blocks.begin(), blocks.end(), [](const ReportBlock& block) { return block.is_notable; });
}

Report read_report(View& view, const std::vector<Path>& roots, const ReportOptions& options) {
  Report report{options, window_from(options.day, options.months), view.catalogue(), {}, {}};
  for (const Path& root : roots) {
    std::vector<std::size_t> open;  // the indices of the groups from the root down to the last one
    view.walk(root, options.depth, [&](const AncestorPath& ancestors) {
      if (report.groups.size() == kMostReportGroups) throw too_many(options);
      ReportGroup group = read_group(ancestors, root.depth(), report.window);
      group.depth = ancestors.size() - 1 - root.depth();
      open.resize(group.depth);
      if (open.empty())
        group.name = group.path;
      else
        group.parent = open.back();
      open.push_back(report.groups.size());
      report.groups.push_back(std::move(group));
    });
  }
  for (const ResourceId id : report.catalogue.counted_in_order()) {
    const bool is_in_use = std::any_of(report.groups.begin(), report.groups.end(), [&](const ReportGroup& group) {
      return group.counts[id].own_limit > 0 || group.counts[id].used > 0;
    });
    if (is_in_use) report.resources.push_back(id);
  }
  return report;
}

}  // namespace allot
