#include "libcore/edit/removal_limit.hpp"

#include <doctest/doctest.h>

#include "libcore/base/error.hpp"

namespace allot {
namespace {

Counters removed(std::int64_t groups, std::int64_t licenses, std::int64_t memberships) {
  Counters counters;
  counters.groups = groups;
  counters.licenses = licenses;
  counters.memberships = memberships;
  counters.catalog = 1000;  // not counted
  return counters;
}

bool is_refused(const char* limit, const Counters& counters, std::int64_t all) {
  try {
    require_few_removals(parse_removal_limit(limit), counters, [&] { return all; });
    return false;
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::too_many_removals);
    CHECK(error.removed().licenses == counters.licenses);
    return true;
  }
}

}  // namespace

TEST_CASE("a ceiling of removals is a number or a percentage up to 100") {
  CHECK(parse_removal_limit("0")->most == 0);
  CHECK(parse_removal_limit("2147483647")->unit == RemovalLimit::Unit::items);
  CHECK(parse_removal_limit("0%")->unit == RemovalLimit::Unit::percent);
  CHECK(parse_removal_limit("100%")->most == 100);
  for (const char* const text : {"", "%", "-1", "+1", "101%", "01", "1e3", "1.5%", "5 %", "5%%", "x", "2147483648"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_removal_limit(text).has_value());
  }
}

TEST_CASE("groups, licences and memberships together are compared with the ceiling") {
  CHECK_FALSE(is_refused("6", removed(1, 2, 3), 6));
  CHECK(is_refused("5", removed(1, 2, 3), 1000));
  CHECK_FALSE(is_refused("0", removed(0, 0, 0), 6));
  CHECK_FALSE(is_refused("10%", removed(1, 2, 3), 60));
  CHECK(is_refused("10%", removed(1, 2, 3), 59));
  CHECK(is_refused("99%", removed(1, 2, 3), 6));
  CHECK_FALSE(is_refused("100%", removed(1, 2, 3), 6));
  require_few_removals(std::nullopt, removed(1, 2, 3), [] { return 0; });
}

}  // namespace allot
