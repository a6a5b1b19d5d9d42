#include "cli/output/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "cli/output/width.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{1000};
constexpr milliseconds kRedrawInterval{100};

/// The approximate time between two reads of the clock.
constexpr milliseconds kShortStride{5};
constexpr milliseconds kLongStride{20};
constexpr std::uint32_t kLongestStride = 256;

constexpr std::size_t kAssumedWidth = 80;
constexpr std::size_t kGapBeforeBar = 2;
constexpr std::size_t kNarrowestBar = 8;
constexpr std::size_t kWidestBar = 30;

/// `12`, `0.5`, `1.2 k`, `350 M`: two or three digits of a non-negative number.
std::string shorten(double number) {
  constexpr std::array<std::string_view, 7> kUnits{"", " k", " M", " G", " T", " P", " E"};
  std::size_t unit = 0;
  for (; number >= 999.5 && unit + 1 < kUnits.size(); ++unit) number /= 1000;
  const bool has_fraction = number < 9.95 && (unit > 0 || std::floor(number) < number);
  return fmt::format("{:.{}f}{}", number, has_fraction ? 1 : 0, kUnits[unit]);
}

/// `0:07 left`, `1:02:03 left`; empty if the time is too long to be useful.
std::string describe_time_left(double seconds) {
  constexpr double kFarthest = 100.0 * 3600;
  if (!(seconds < kFarthest)) return "";
  const auto whole = std::int64_t{std::llround(seconds)};
  if (whole < 3600) return fmt::format("{}:{:02} left", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02} left", whole / 3600, whole / 60 % 60, whole % 60);
}

/// The texts after the bar, the most important first.
std::vector<std::string> describe(std::uint64_t done, std::uint64_t total, double seconds) {
  const auto count = static_cast<double>(done);
  const double rate = count / seconds;
  const std::string rate_text = shorten(rate) + "/s";
  if (total == 0) return {shorten(count), rate_text};
  const auto whole = static_cast<double>(total);
  std::vector<std::string> texts{fmt::format("{:3.0f}%", std::floor(std::min(count / whole, 1.0) * 100)), rate_text};
  if (done > 0 && done < total) texts.push_back(describe_time_left((whole - count) / rate));
  return texts;
}

std::int64_t to_signed(std::uint64_t number) {
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(number, kLargest));
}

}  // namespace

Progress::Progress(std::ostream& out, const TerminalCapabilities& capabilities, std::string_view label, Clock clock,
                   Glyphs glyphs)
    : out_(out),
      capabilities_(capabilities),
      label_(escape_for_terminal(label)),
      clock_(std::move(clock)),
      glyphs_(glyphs),
      is_shown_(capabilities.is_terminal) {
  if (!is_shown_) return;
  started_ = clock_();
  looked_ = started_;
  next_draw_ = started_ + kPatience;
}

void Progress::begin_step(std::string_view label) {
  label_ = escape_for_terminal(label);
  if (!is_shown_) return;
  started_ = clock_();
  looked_ = started_;
  next_draw_ = std::max(next_draw_, started_ + kRedrawInterval);
  stride_ = 1;
  calls_to_skip_ = 1;
}

void Progress::finish() {
  is_shown_ = false;
  if (drawn_width_ == 0) return;
  out_ << '\r' << std::string(drawn_width_, ' ') << '\r' << std::flush;
  drawn_width_ = 0;
}

void Progress::look_at_clock(std::uint64_t done, std::uint64_t total) {
  if (!is_shown_) {
    calls_to_skip_ = std::numeric_limits<std::uint32_t>::max();
    return;
  }
  const Time now = clock_();
  const auto stride_time = now - looked_;
  if (stride_time < kShortStride) stride_ = std::min(stride_ * 2, kLongestStride);
  if (stride_time > kLongStride) stride_ = 1;
  calls_to_skip_ = stride_;
  looked_ = now;
  if (now < next_draw_) return;
  next_draw_ = now + kRedrawInterval;
  draw(done, total, std::chrono::duration<double>(now - started_).count());
}

void Progress::draw(std::uint64_t done, std::uint64_t total, double seconds) {
  // The last column stays free: some terminals wrap as soon as it is written.
  const std::size_t room = (capabilities_.width == 0 ? kAssumedWidth : capabilities_.width) - 1;
  if (room == 0) return;
  const std::string label = fit(label_, room);
  std::size_t used = display_width(label);
  std::string texts;
  for (const std::string& text : describe(done, total, seconds)) {
    if (text.empty() || used + kGapBeforeBar + text.size() > room) break;
    texts.append(kGapBeforeBar, ' ').append(text);
    used += kGapBeforeBar + text.size();
  }
  std::string line = label;
  if (total > 0 && used + kGapBeforeBar + kNarrowestBar <= room) {
    const std::size_t bar_width = std::min(kWidestBar, room - used - kGapBeforeBar);
    const std::string drawn = bar(to_signed(done), to_signed(total), bar_width, glyphs_);
    line.append(kGapBeforeBar, ' ').append(paint(drawn, Style::cyan, capabilities_));
    used += kGapBeforeBar + bar_width;
  }
  line += texts;
  if (drawn_width_ > used) line.append(drawn_width_ - used, ' ');
  out_ << '\r' << line << std::flush;
  drawn_width_ = used;
}

}  // namespace allot::cli
