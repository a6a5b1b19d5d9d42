#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include "cli/output/bar.hpp"
#include "cli/output/style.hpp"

namespace allot::cli {

/// A progress line for a long operation on standard error if that is a terminal; otherwise nothing.
class Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// Starts the clock; the line is drawn after one second.
  Progress(std::ostream& out, const TerminalCapabilities& capabilities, std::string_view label,
           Clock clock = std::chrono::steady_clock::now, Glyphs glyphs = Glyphs::blocks);
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Reports that `done` of `total` (0: unknown) items are done; cheap enough to call for every item.
  void advance(std::uint64_t done, std::uint64_t total = 0) {
    if (--calls_to_skip_ == 0) look_at_clock(done, total);
  }

  /// Begins another step of the same operation with its own rate. The initial second of waiting is not restarted.
  void begin_step(std::string_view label);

  /// Erases the line, so that other output can follow; the line is not drawn again.
  void finish();

 private:
  using Time = std::chrono::steady_clock::time_point;

  void look_at_clock(std::uint64_t done, std::uint64_t total);
  void draw(std::uint64_t done, std::uint64_t total, double seconds);

  std::ostream& out_;
  TerminalCapabilities capabilities_;
  std::string label_;
  Clock clock_;
  Glyphs glyphs_;
  bool is_shown_;
  Time started_;
  Time looked_;
  Time next_draw_;
  std::uint32_t stride_ = 1;         // calls between two reads of the clock
  std::uint32_t calls_to_skip_ = 1;  // calls up to and including the next read
  std::size_t drawn_width_ = 0;
};

}  // namespace allot::cli
