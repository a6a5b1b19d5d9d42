#include "cli/output/wrap.hpp"

#include <doctest/doctest.h>

namespace allot::cli {

TEST_CASE("text is broken at spaces") {
  CHECK(wrap("one two three", 7, 2) == "one two\n  three");
  CHECK(wrap("one two three", 13, 2) == "one two three");
  CHECK(wrap("one two three", 0, 2) == "one two three");
  CHECK(wrap("  one two", 6, 4) == "  one\n    two");
  CHECK(wrap("a longword b", 4, 1) == "a\n longword\n b");
  CHECK(wrap("", 4, 1).empty());
}

TEST_CASE("the width of a line is that on a terminal") {
  CHECK(wrap("你好 你好", 9, 0) == "你好 你好");
  CHECK(wrap("你好 你好", 8, 0) == "你好\n你好");
}

}  // namespace allot::cli
