#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/report/report.hpp"

namespace allot::html {

/// The place of a curve in a picture, and the number at its top.
struct CurveFrame {
  int top = 0;
  int height = 0;
  std::int64_t largest = 0;

  int y_of(std::int64_t number) const;
};

/// Maps the days of a period to horizontal positions.
class TimeAxis {
 public:
  static constexpr int kWidth = 320;

  explicit TimeAxis(const Period& window) : window_(window) {}

  /// Returns the position of the begin of `day`, from 0 to kWidth.
  int x_of(Day day) const;

  /// A month that the axis marks; the label is empty where there is no room for one.
  struct Tick {
    int x = 0;
    std::string label;
    bool is_year = false;
  };
  std::vector<Tick> ticks() const;

  /// Returns the path of a bar for `period` at height `y`; nothing outside the window.
  std::optional<std::string> draw_bar(const Period& period, int y) const;

  /// Return the step curves of the limit (nothing if it is always unlimited) and of the usage.
  std::optional<std::string> draw_limit(const std::vector<ReportCount::Step>& steps, const CurveFrame& frame) const;
  std::string draw_used(const std::vector<ReportCount::Step>& steps, const CurveFrame& frame) const;

 private:
  Period window_;
};

/// Returns the largest limit or usage in `steps`.
std::int64_t largest_of(const std::vector<ReportCount::Step>& steps);

}  // namespace allot::html
