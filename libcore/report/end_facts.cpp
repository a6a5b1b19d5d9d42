#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <tuple>

#include "libcore/report/facts.hpp"
#include "libcore/report/wording.hpp"

namespace allot::html {
namespace {

constexpr std::size_t kMostEnds = 40;
constexpr int kColumnsHeight = 52;
constexpr int kCountHeight = 10;  // the room for the number above a column

/// A licence that ends in the window.
struct End {
  const ReportGroup* group = nullptr;
  const ReportLicense* license = nullptr;

  bool is_loss() const {
    return std::any_of(license->changes.begin(), license->changes.end(), [](const ReportChange& change) {
      return change.after.has_value() && (!change.before || *change.after < *change.before);
    });
  }
};

/// Returns the ends in the window in the order of their days, higher groups first.
std::vector<End> find_ends(const Report& report) {
  std::vector<End> ends;
  for (const ReportGroup& group : report.groups) {
    for (const ReportLicense& license : group.licenses) {
      if (license.last && report.window.contains(*license.last)) ends.push_back({&group, &license});
    }
  }
  std::stable_sort(ends.begin(), ends.end(), [](const End& a, const End& b) {
    return std::tuple{*a.license->last, a.group->depth} < std::tuple{*b.license->last, b.group->depth};
  });
  return ends;
}

/// The licences that end in a calendar month.
struct Month {
  Period days;
  std::size_t total = 0;
  std::size_t losses = 0;
};

std::vector<Month> count_by_month(const std::vector<End>& ends) {
  using std::chrono::days;
  using std::chrono::sys_days;
  std::map<std::int32_t, Month> months;
  for (const End& end : ends) {
    const std::chrono::year_month_day date{sys_days{days{end.license->last->number()}}};
    const auto month = date.year() / date.month();
    const auto first = static_cast<std::int32_t>(sys_days{month / 1}.time_since_epoch().count());
    const auto last = static_cast<std::int32_t>(sys_days{month / std::chrono::last}.time_since_epoch().count());
    Month& counted = months[first];
    counted.days = {Day::from_number(first), Day::from_number(last)};
    ++counted.total;
    if (end.is_loss()) ++counted.losses;
  }
  std::vector<Month> list;
  for (const auto& [first, month] : months) list.push_back(month);
  return list;
}

std::string draw_column(int x, int width, int bottom, int height) {
  return fmt::format("M{},{}h{}v{}h{}z", x, bottom, width, -height, -width);
}

Facts::List make_column_facts(const std::vector<Month>& months, const TimeAxis& axis) {
  std::size_t most = 1;
  for (const Month& month : months) most = std::max(most, month.total);
  const auto scale = [&](std::size_t count) {
    if (count == 0) return 0;
    return std::max(2, static_cast<int>(count * (kColumnsHeight - kCountHeight) / most));
  };
  Facts::List list;
  for (const Month& month : months) {
    const int x = axis.x_of(month.days.from);
    const int width = std::max(2, axis.x_of(month.days.until.next()) - x - 2);
    const int height = scale(month.total);
    const int losses = std::min(scale(month.losses), height);
    Facts facts;
    facts.set("lose", draw_column(x + 1, width, kColumnsHeight, losses));
    facts.set("keep", draw_column(x + 1, width, kColumnsHeight - losses, height - losses));
    facts.set("count", write_number(static_cast<std::int64_t>(month.total)));
    facts.set("x", std::to_string(x + 1 + width / 2));
    facts.set("y", std::to_string(kColumnsHeight - height - 2));
    list.push_back(std::move(facts));
  }
  return list;
}

std::string describe_months(const std::vector<Month>& months) {
  std::vector<std::string> parts;
  for (const Month& month : months) {
    parts.push_back(fmt::format("{} in {}", month.total, month.days.from.to_string().substr(0, 7)));
  }
  return fmt::format("Licences that end by month: {}", fmt::join(parts, ", "));
}

Facts make_one_end_facts(const Report& report, const End& end) {
  const std::string changes = describe_changes(end.license->changes, report.catalogue);
  Facts facts;
  facts.set("last", end.license->last->to_string());
  facts.set("distance", describe_distance(*end.license->last, report.window.from));
  facts.set("path", shown(end.group->path));
  facts.set("fragment", fragment_of(shown(end.group->path)));
  facts.set("license", shown(end.license->license.name));
  facts.set("changes", changes.empty() ? "nothing changes" : changes);
  facts.set_flag("is_loss", end.is_loss());
  int height = 0;
  facts.set_list("bars", make_bar_facts(*end.group, TimeAxis{report.window}, 2, end.license, height));
  facts.set("height", std::to_string(height));
  return facts;
}

/// Returns a sentence about the first end after the window, where none is in it.
std::string describe_later(const Report& report) {
  std::optional<Day> first;
  std::size_t number = 0;
  for (const ReportGroup& group : report.groups) {
    for (const ReportLicense& license : group.licenses) {
      if (!license.last || *license.last <= report.window.until) continue;
      if (first && *license.last > *first) continue;
      number = first == license.last ? number + 1 : 1;
      first = license.last;
    }
  }
  std::string none = fmt::format("No licence ends until {}.", report.window.until.to_string());
  if (!first) return none;
  return fmt::format("{} The next end is on {}, of {}.", none, first->to_string(),
                     write_count(static_cast<std::int64_t>(number), "licence"));
}

}  // namespace

void add_end_facts(const Report& report, Facts& facts) {
  const std::vector<End> ends = find_ends(report);
  const auto losses =
      static_cast<std::int64_t>(std::count_if(ends.begin(), ends.end(), [](const End& end) { return end.is_loss(); }));
  const auto total = static_cast<std::int64_t>(ends.size());
  facts.set("ending_number", write_number(total));
  facts.set("ending_noun", total == 1 ? "licence ends" : "licences end");
  facts.set_flag("has_ends", total > 0);
  facts.set("ends_summary", total == 0
                                ? describe_later(report)
                                : fmt::format("{} until {}; after {} of them something becomes less.",
                                              total == 1 ? "1 licence ends" : write_number(total) + " licences end",
                                              report.window.until.to_string(), write_number(losses)));
  const std::vector<Month> months = count_by_month(ends);
  facts.set("ends_course", describe_months(months));
  facts.set_list("columns", make_column_facts(months, TimeAxis{report.window}));
  Facts::List list;
  for (std::size_t i = 0; i < std::min(ends.size(), kMostEnds); ++i)
    list.push_back(make_one_end_facts(report, ends[i]));
  facts.set_list("ends", std::move(list));
  if (ends.size() > kMostEnds) facts.set("ends_more", write_number(total - static_cast<std::int64_t>(kMostEnds)));
}

}  // namespace allot::html
