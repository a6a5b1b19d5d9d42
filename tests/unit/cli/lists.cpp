#include <doctest/doctest.h>

#include <sstream>

#include "cli/filters.hpp"
#include "cli/listing.hpp"

namespace allot::cli {
namespace {

TEST_CASE("a glob matches a whole text") {
  for (const auto& pair : {std::pair{"*", ""},
                           {"*", "/a/b"},
                           {"haus*", "haus-1"},
                           {"*-1", "haus-1"},
                           {"h*s-?", "haus-1"},
                           {"a*b*c", "a/b/xbyc"},
                           {"?", "楼"},
                           {"[a-c]x", "bx"},
                           {"[!a-c]x", "dx"},
                           {"[]]", "]"},
                           {"[", "["},
                           {"[й]", "й"},
                           {"**", "x"}}) {
    CHECK_MESSAGE(matches_glob(pair.first, pair.second), pair.first);
  }
  for (const auto& pair : {std::pair{"", "a"},
                           {"haus", "haus-1"},
                           {"aus*", "haus"},
                           {"?", ""},
                           {"?", "ab"},
                           {"[a-c]", "d"},
                           {"[!a-c]", "b"},
                           {"a*b", "ac"}}) {
    CHECK_FALSE_MESSAGE(matches_glob(pair.first, pair.second), pair.first);
  }
}

TEST_CASE("a glob of many stars ends soon") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  CHECK_FALSE(matches_glob(pattern + "b", std::string(10'000, 'a')));
}

TEST_CASE("the natural order compares numbers as numbers") {
  for (const auto& pair : {std::pair{"a2", "a10"},
                           {"2", "10"},
                           {"a", "b"},
                           {"A1", "a2"},
                           {"a", "a1"},
                           {"apt 9 b", "apt 10 a"},
                           {"x99999999999999999999", "x100000000000000000000"}}) {
    CHECK_MESSAGE(is_before_naturally(pair.first, pair.second), pair.first);
    CHECK_FALSE_MESSAGE(is_before_naturally(pair.second, pair.first), pair.first);
  }
  CHECK_FALSE(is_before_naturally("a1", "a1"));
  CHECK(is_before_naturally("a01", "a1") != is_before_naturally("a1", "a01"));
}

TEST_CASE("csv quotes what RFC 4180 requires") {
  std::ostringstream out;
  write_csv(out, {"plain", "with, comma", "with \"quotes\"", "two\nlines", ""});
  CHECK(out.str() == "plain,\"with, comma\",\"with \"\"quotes\"\"\",\"two\nlines\",\r\n");
}

}  // namespace
}  // namespace allot::cli
