#include "libcore/base/moment.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

namespace allot {
namespace {

TEST_CASE("a moment is written in UTC") {
  CHECK(write_moment(0) == "1970-01-01T00:00:00Z");
  CHECK(write_moment(1795514400) == "2026-11-24T10:00:00Z");
  CHECK(write_moment(-1) == "1969-12-31T23:59:59Z");
  CHECK(write_moment(-86'400) == "1969-12-31T00:00:00Z");
  CHECK(write_moment(INT64_MAX) == "@9223372036854775807");
  CHECK(write_moment(INT64_MIN) == "@-9223372036854775808");
}

TEST_CASE("a moment is read back, and a day means its end") {
  CHECK(parse_moment("2026-11-24T10:00:00Z") == 1795514400);
  CHECK(parse_moment("2026-11-24T10:00Z") == 1795514459);
  CHECK(parse_moment("1970-01-01") == 86'399);
}

TEST_CASE("text that is not a moment is refused") {
  for (const char* text :
       {"", "2026-11-24T", "2026-11-24T10", "2026-11-24T10:00", "2026-11-24T24:00:00Z", "2026-11-24T10:60:00Z",
        "2026-11-24T10:00:60Z", "2026-11-24T10:00:00", "2026-02-30T10:00:00Z", "2026-11-24T1:00:00Z",
        "2026-11-24 10:00:00Z", "2026-11-24T10:00:00Zx", "now"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_moment(text).has_value());
  }
}

}  // namespace
}  // namespace allot
