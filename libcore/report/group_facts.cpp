#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/report/facts.hpp"
#include "libcore/report/wording.hpp"

namespace allot::html {
namespace {

constexpr std::size_t kMostIndents = 12;  // as many as the style has
constexpr std::int64_t kSoon = 60;        // days before its end from which a licence is marked
constexpr int kCurveHeight = 42;
constexpr int kCurveLabel = 13;
constexpr int kBarStep = 9;
constexpr int kMonthsHeight = 14;

/// Returns the first last day of the active licences of `group`.
std::optional<Day> first_end_of(const ReportGroup& group) {
  std::optional<Day> first;
  for (const ReportLicense& each : group.licenses) {
    if (each.status == Status::active && each.last) first = std::min(first.value_or(*each.last), *each.last);
  }
  return first;
}

Facts make_count_facts(const ReportGroup& group, ResourceId id) {
  const ReportCount& count = group.counts[id];
  Facts facts;
  std::string text = write_number(count.used);
  std::string bar = "s";
  if (group.is_notably_blocked(Item::counted(id))) {
    bar = "pb";
  } else if (group.is_restricted() && count.limit.value_or(0) > 0) {
    bar = fmt::format("p{}", share_of(count.used, *count.limit));
    text += fmt::format(" / {}", write_number(*count.limit));
  }
  facts.set("bar", bar);
  facts.set("text", count.is_blocked && count.used == 0 ? "–" : text);
  return facts;
}

/// Returns what is left of the limits where the cells of the row do not say it: of a limit above, or where less is
/// available than is left.
std::string describe_rest(const Report& report, const ReportGroup& group) {
  std::vector<std::string> parts;
  for (const ResourceId id : report.resources) {
    const ReportCount& count = group.counts[id];
    if (count.is_blocked || !count.limit) continue;
    const std::string& name = report.catalogue.counted()[id].name;
    if (!group.is_restricted()) parts.push_back(fmt::format("{} {} left", name, write_number(*count.remaining)));
    if (count.available != count.remaining) {
      parts.push_back(fmt::format("{} {} available", name, write_number(*count.available)));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string describe_features(const Report& report, const ReportGroup& group) {
  std::vector<std::string> parts;
  for (const ReportFeature& feature : group.features) {
    const std::string& name = report.catalogue.features()[feature.id];
    parts.push_back(feature.until ? fmt::format("{} until {}", name, feature.until->to_string()) : name);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string describe_group(const Report& report, const ReportGroup& group) {
  std::vector<std::string> parts;
  if (group.is_restricted()) {
    parts.emplace_back(word_for(group.traits.restriction));
  } else if (group.limited_by.empty()) {
    parts.emplace_back("unlimited");
  } else {
    parts.push_back(fmt::format("draws on {}", shown(group.limited_by)));
  }
  if (group.children > 0) parts.push_back(write_count(group.children, "group") + " below");
  if (group.members > 0) parts.push_back(write_count(group.members, "user"));
  for (std::string& part : std::vector{describe_rest(report, group), describe_features(report, group)}) {
    if (!part.empty()) parts.push_back(std::move(part));
  }
  return fmt::format("{}", fmt::join(parts, " · "));
}

std::string describe_status(const Report& report, const ReportGroup& group) {
  for (const ReportBlock& block : group.blocks) {
    if (!block.is_notable) continue;
    const std::string items = block.is_of_all ? "" : describe_items(block, report.catalogue) + ": ";
    if (block.by == group.path) return items + describe_reason(block);
    return fmt::format("{}{} above", items, describe_reason(block));
  }
  std::vector<std::string> parts;
  for (const ResourceId id : report.resources) {
    if (!group.is_near(id)) continue;
    parts.push_back(fmt::format("{} {}", report.catalogue.counted()[id].name,
                                *group.counts[id].remaining == 0 ? "full" : "nearly full"));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool is_usage_changing(const ReportCount& count) {
  return std::any_of(count.steps.begin(), count.steps.end(),
                     [&](const ReportCount::Step& step) { return step.used != count.steps.front().used; });
}

/// Returns whether the limit, or the usage of a group without a limit of its own, changes in the window.
bool has_curve(const ReportGroup& group, const ReportCount& count) {
  return group.is_restricted() ? count.steps.size() > 1 : is_usage_changing(count);
}

/// Returns whether a licence of `group` begins or ends in `window`.
bool has_bars(const ReportGroup& group, const Period& window) {
  return std::any_of(group.licenses.begin(), group.licenses.end(), [&](const ReportLicense& each) {
    return each.status == Status::pending || (each.last && window.contains(*each.last));
  });
}

/// Sets the bars on a time axis, or the id of equal ones.
void set_bars(Facts::List bars, KnownBars& known, Facts& facts) {
  std::string drawing;
  for (const Facts& bar : bars) {
    for (const auto& [name, value] : bar.values()) drawing += std::get<std::string>(value);
  }
  const auto [at, is_new] = known.try_emplace(std::move(drawing), known.size() + 1);
  const std::string id = fmt::format("a{}", at->second);
  facts.set("dates", is_new ? id : "");
  facts.set("same_dates", id);
  facts.set_list("bars", std::move(bars));
}

/// Sets the pictures of a group, one below another on one time axis: its licences, then a curve of each resource that
/// changes. `height` is empty if there is none. The licences say in words what the limits do; the usage has words here.
void add_pictures(const Report& report, const ReportGroup& group, KnownBars& known, Facts& facts) {
  const TimeAxis axis{report.window};
  int bottom = kMonthsHeight;
  Facts::List bars;
  if (has_bars(group, report.window)) bars = make_bar_facts(group, axis, kMonthsHeight, nullptr, bottom);
  const bool is_empty = bars.empty();
  Facts::List curves;
  Facts::List courses;
  std::string limits;
  std::string used;
  for (const ResourceId id : report.resources) {
    const ReportCount& count = group.counts[id];
    if (!has_curve(group, count)) continue;
    const std::string& name = report.catalogue.counted()[id].name;
    const CurveFrame frame{bottom + kCurveLabel, kCurveHeight, largest_of(count.steps)};
    Facts curve;
    curve.set("name", name);
    curve.set("y", std::to_string(bottom + kCurveLabel - 2));
    limits += axis.draw_limit(count.steps, frame).value_or("");
    used += axis.draw_used(count.steps, frame);
    curves.push_back(std::move(curve));
    bottom = frame.top + frame.height;
    if (!is_usage_changing(count)) continue;
    Facts course;
    course.set("course", fmt::format("{} {}", name, describe_steps(count.steps)));
    courses.push_back(std::move(course));
  }
  if (is_empty && curves.empty()) return;
  facts.set("height", std::to_string(bottom + 1));
  facts.set("limits", limits);
  facts.set("used", used);
  set_bars(std::move(bars), known, facts);
  facts.set_list("curves", std::move(curves));
  facts.set_list("courses", std::move(courses));
}

Facts::List make_block_facts(const Report& report, const ReportGroup& group) {
  Facts::List list;
  for (const ReportBlock& block : group.blocks) {
    Facts facts;
    facts.set("class", block.is_notable ? "k" : "q");
    facts.set("items", describe_items(block, report.catalogue));
    facts.set("reason", describe_reason(block));
    if (block.by != group.path) facts.set("by", shown(block.by));
    if (block.is_in_report) facts.set("fragment", fragment_of(shown(block.by)));
    list.push_back(std::move(facts));
  }
  return list;
}

/// `contract=K-77, floor=2`
std::string describe_labels(const Labels& labels) {
  std::vector<std::string> parts;
  labels.for_each(
      [&](std::string_view key, std::string_view value) { parts.push_back(fmt::format("{}={}", key, shown(value))); });
  return fmt::format("{}", fmt::join(parts, ", "));
}

Facts::List make_license_facts(const Report& report, const ReportGroup& group) {
  Facts::List list;
  for (const ReportLicense& each : group.licenses) {
    Facts facts;
    facts.set("name", shown(each.license.name));
    std::string text =
        fmt::format("{}, {}, {}", shown(each.license.type), describe_grant(each.license.grant, report.catalogue),
                    describe_days(each.license.grant.period));
    if (!each.license.labels.is_empty()) text += ", " + describe_labels(each.license.labels);
    if (each.last && *each.last != each.license.grant.period.until) {
      text += fmt::format(" (ends {})", each.last->to_string());
    }
    if (each.status != Status::active) text += fmt::format(", {}", word_for(each.status));
    facts.set("text", text);
    list.push_back(std::move(facts));
  }
  return list;
}

}  // namespace

std::string shown(std::string_view text) { return escape_for_terminal(text); }

Facts::List make_bar_facts(const ReportGroup& group, const TimeAxis& axis, int top, const ReportLicense* marked,
                           int& height) {
  Facts::List list;
  int y = top + kBarStep / 2;
  for (const ReportLicense& each : group.licenses) {
    Period period = each.license.grant.period;
    if (each.last) period.until = std::min(period.until, *each.last);
    const auto path = axis.draw_bar(period, y);
    if (!path) continue;
    Facts facts;
    facts.set("class", marked == &each ? "on" : each.status == Status::active ? "ac" : "pe");
    facts.set("d", *path);
    list.push_back(std::move(facts));
    y += kBarStep;
  }
  height = y + kBarStep / 2 - kBarStep + 1;
  return list;
}

Facts make_group_facts(const Report& report, const ReportGroup& group, KnownBars& known) {
  const auto end = first_end_of(group);
  const bool is_soon = end && end->number() - report.window.from.number() <= kSoon;
  const bool is_ending = std::any_of(group.licenses.begin(), group.licenses.end(), [&](const ReportLicense& each) {
    return each.last && report.window.contains(*each.last);
  });
  Facts facts;
  facts.set("class", fmt::format("r{}{}{}{}", group.is_near() ? " n" : "", group.is_notably_blocked() ? " b" : "",
                                 is_ending ? " e" : "", is_soon ? " soon" : ""));
  facts.set("path", shown(group.path));
  facts.set("depth", std::to_string(std::min(group.depth, kMostIndents)));
  facts.set("name", shown(group.name));
  facts.set("kind", shown(group.traits.kind));
  Facts::List counts;
  for (const ResourceId id : report.resources) counts.push_back(make_count_facts(group, id));
  facts.set_list("counts", std::move(counts));
  facts.set("ends", end ? end->to_string() : "");
  facts.set("status", describe_status(report, group));
  facts.set("columns", std::to_string(report.resources.size() + 4));
  facts.set("facts", describe_group(report, group));
  facts.set("labels", describe_labels(group.traits.labels));
  facts.set_list("blocks", make_block_facts(report, group));
  facts.set_list("licenses", make_license_facts(report, group));
  add_pictures(report, group, known, facts);
  return facts;
}

}  // namespace allot::html
