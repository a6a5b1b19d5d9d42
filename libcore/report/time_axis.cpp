#include "libcore/report/time_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>

namespace allot::html {
namespace {

constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr int kLabelWidth = 26;  // the room that a label needs
constexpr int kNoLine = -1;      // the height where none is drawn

using Step = ReportCount::Step;

/// Draws a line that goes from step to step; `value` returns nothing where there is none to draw.
std::string draw_steps(const std::vector<Step>& steps, const TimeAxis& axis, const CurveFrame& frame,
                       const std::function<std::optional<std::int64_t>(const Step&)>& value) {
  std::string path;
  int height = kNoLine;
  for (const Step& step : steps) {
    const int x = axis.x_of(step.from);
    const auto number = value(step);
    const int next = number ? frame.y_of(*number) : kNoLine;
    if (next == height) continue;
    if (height != kNoLine) path += fmt::format("H{}", x);
    if (next != kNoLine) path += height != kNoLine ? fmt::format("V{}", next) : fmt::format("M{},{}", x, next);
    height = next;
  }
  if (height != kNoLine) path += fmt::format("H{}", TimeAxis::kWidth);
  return path;
}

}  // namespace

int TimeAxis::x_of(Day day) const {
  const std::int64_t length = std::int64_t{window_.until.number()} - window_.from.number() + 1;
  const std::int64_t offset = std::int64_t{day.number()} - window_.from.number();
  return static_cast<int>(std::clamp<std::int64_t>((offset * kWidth + length / 2) / length, 0, kWidth));
}

std::vector<TimeAxis::Tick> TimeAxis::ticks() const {
  using std::chrono::days;
  using std::chrono::sys_days;
  const std::chrono::year_month_day first{sys_days{days{window_.from.number()}}};
  const std::chrono::year_month_day last{sys_days{days{window_.until.number()}}};
  const auto months =
      (std::chrono::year_month{last.year(), last.month()} - std::chrono::year_month{first.year(), first.month()})
          .count();
  const int step = months <= 12 ? 1 : months <= 36 ? 3 : 12;
  std::vector<Tick> ticks;
  int free_from = 0;
  for (auto month = first.year() / first.month() + std::chrono::months{1}; month <= last.year() / last.month();
       month += std::chrono::months{1}) {
    const auto number = static_cast<unsigned>(month.month()) - 1;
    if (number % static_cast<unsigned>(step) != 0) continue;
    const auto day = static_cast<std::int32_t>(sys_days{month / 1}.time_since_epoch().count());
    Tick tick{x_of(Day::from_number(day)), {}, number == 0};
    const std::string label = tick.is_year ? std::to_string(static_cast<int>(month.year())) : kMonths[number];
    if (tick.x >= free_from && tick.x + kLabelWidth <= kWidth + 4) {
      tick.label = label;
      free_from = tick.x + kLabelWidth;
    }
    ticks.push_back(std::move(tick));
  }
  return ticks;
}

std::optional<std::string> TimeAxis::draw_bar(const Period& period, int y) const {
  const Period shown = period.cut_to(window_);
  if (shown.is_empty()) return std::nullopt;
  const int from = x_of(shown.from);
  return fmt::format("M{},{}H{}", from, y, std::max(x_of(shown.until.next()), from + 1));
}

std::optional<std::string> TimeAxis::draw_limit(const std::vector<Step>& steps, const CurveFrame& frame) const {
  const std::string path = draw_steps(steps, *this, frame, [](const Step& step) { return step.limit; });
  return path.empty() ? std::nullopt : std::optional{path};
}

std::string TimeAxis::draw_used(const std::vector<Step>& steps, const CurveFrame& frame) const {
  return draw_steps(steps, *this, frame, [](const Step& step) { return std::optional{step.used}; });
}

int CurveFrame::y_of(std::int64_t number) const {
  const double share = largest > 0 ? static_cast<double>(number) / static_cast<double>(largest) : 0;
  return top + height - 1 - static_cast<int>(std::lround(share * (height - 3)));
}

std::int64_t largest_of(const std::vector<Step>& steps) {
  std::int64_t largest = 0;
  for (const Step& step : steps) largest = std::max({largest, step.limit.value_or(0), step.used});
  return largest;
}

}  // namespace allot::html
