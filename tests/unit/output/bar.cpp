#include "cli/output/bar.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "cli/output/width.hpp"

namespace allot::cli {
namespace {

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

TEST_CASE("a bar is exact when empty and when full") {
  CHECK(bar(0, 10, 5) == "░░░░░");
  CHECK(bar(10, 10, 5) == "█████");
  CHECK(bar(5, 10, 4) == "██░░");
  CHECK(bar(0, 10, 5, Glyphs::ascii) == ".....");
  CHECK(bar(10, 10, 5, Glyphs::ascii) == "#####");
  CHECK(bar(5, 10, 4, Glyphs::ascii) == "##..");
}

TEST_CASE("a bar moves in eighths") {
  CHECK(bar(1, 16, 2) == "▏░");
  CHECK(bar(3, 16, 2) == "▍░");
  CHECK(bar(7, 16, 2) == "▉░");
  CHECK(bar(8, 16, 2) == "█░");
  CHECK(bar(15, 16, 2) == "█▉");
}

TEST_CASE("the smallest usage is visible, and so is the last free unit") {
  CHECK(bar(1, 1000000, 3) == "▏░░");
  CHECK(bar(999999, 1000000, 3) == "██▉");
  CHECK(bar(1, 1000000, 3, Glyphs::ascii) == "#..");
  CHECK(bar(999999, 1000000, 3, Glyphs::ascii) == "##.");
}

TEST_CASE("usage above the limit is full, negative usage is empty") {
  CHECK(bar(25, 10, 3) == "███");
  CHECK(bar(-5, 10, 3) == "░░░");
  CHECK(bar(1, 0, 3) == "███");
  CHECK(bar(0, 0, 3) == "░░░");
  CHECK(bar(kHuge, kHuge, 3) == "███");
  CHECK(bar(kHuge - 1, kHuge, 3) == "██▉");
}

TEST_CASE("without a limit or a width there is no bar") {
  CHECK(bar(5, std::nullopt, 10) == "");
  CHECK(bar(5, 10, 0) == "");
  CHECK(bar(5, 10, 0, Glyphs::ascii) == "");
  CHECK(bar(5, 10, 1, Glyphs::ascii) == ".");
}

TEST_CASE("a bar never shrinks with usage and always has its width") {
  std::string last;
  int changes = 0;
  for (std::int64_t used = 0; used <= 300; ++used) {
    const std::string drawn = bar(used, 300, 7);
    CHECK(display_width(drawn) == 7);
    CHECK((drawn == bar(0, 300, 7)) == (used == 0));
    CHECK((drawn == bar(300, 300, 7)) == (used == 300));
    if (drawn != last) ++changes;
    last = drawn;
  }
  CHECK(changes == 7 * 8 + 1);
}

TEST_CASE("a bar's colour changes at 80 and 100 percent") {
  CHECK(bar_style(0, 100) == Style::green);
  CHECK(bar_style(79, 100) == Style::green);
  CHECK(bar_style(80, 100) == Style::yellow);
  CHECK(bar_style(99, 100) == Style::yellow);
  CHECK(bar_style(100, 100) == Style::red);
  CHECK(bar_style(101, 100) == Style::red);
  CHECK(bar_style(2, 3) == Style::green);
  CHECK(bar_style(3, 4) == Style::green);
  CHECK(bar_style(4, 5) == Style::yellow);
  CHECK(bar_style(0, 0) == Style::dim);
  CHECK(bar_style(1, 0) == Style::red);
  CHECK(bar_style(kHuge - 1, kHuge) == Style::yellow);
  CHECK(bar_style(5, std::nullopt) == Style::plain);
}

}  // namespace
}  // namespace allot::cli
