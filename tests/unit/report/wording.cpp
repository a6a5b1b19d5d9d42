#include "libcore/report/wording.hpp"

#include <doctest/doctest.h>

namespace allot::html {

TEST_CASE("numbers have groups of three digits from 10,000 on") {
  CHECK(write_number(0) == "0");
  CHECK(write_number(9999) == "9999");
  CHECK(write_number(10000) == "10\u202f000");
  CHECK(write_number(2147483647) == "2\u202f147\u202f483\u202f647");
  CHECK(write_count(1, "group") == "1 group");
  CHECK(write_count(0, "group") == "0 groups");
}

TEST_CASE("a share is 0 and 100 only if that is exact") {
  CHECK(share_of(0, 1000) == 0);
  CHECK(share_of(1, 1000) == 1);
  CHECK(share_of(999, 1000) == 99);
  CHECK(share_of(1000, 1000) == 100);
  CHECK(share_of(2000, 1000) == 100);
  CHECK(share_of(5, 0) == 0);
  CHECK(colour_of(0) == 0);
  CHECK(colour_of(49) == 1);
  CHECK(colour_of(50) == 2);
  CHECK(colour_of(89) == 3);
  CHECK(colour_of(90) == 4);
  CHECK(colour_of(99) == 4);
  CHECK(colour_of(100) == 5);
}

TEST_CASE("a fragment has no character that ends an attribute, a tag or the address") {
  CHECK(fragment_of("/north/tower-a") == "/north/tower-a");
  CHECK(fragment_of("/a b/50%/\"<>'&#?`") == "/a%20b/50%25/%22%3C%3E%27%26%23%3F%60");
  CHECK(fragment_of("/Київ") == "/Київ");
}

TEST_CASE("a label is cut between characters, and left out if too little of it fits") {
  CHECK(fit_label("north", 200) == "north");
  CHECK(fit_label("north", 32) == "nor…");
  CHECK(fit_label("安居智能", 44) == "安居…");
  CHECK(fit_label("north", 12).empty());
  CHECK(fit_label("", 100).empty());
}

TEST_CASE("reasons, periods and changes are described in words") {
  const Catalogue catalogue = Catalogue::built_in();
  const auto day = [](const char* text) { return *Day::parse(text); };
  CHECK(describe_days({}) == "open");
  CHECK(describe_days({day("2026-01-01"), Day::forever()}) == "from 2026-01-01");
  CHECK(describe_days({Day::beginning(), day("2026-12-31")}) == "until 2026-12-31");
  CHECK(describe_distance(day("2026-11-24"), day("2026-11-24")) == "today");
  CHECK(describe_distance(day("2026-11-25"), day("2026-11-24")) == "in 1 day");
  CHECK(describe_changes({{Item::counted(0), 20, 0}, {Item::feature(0), 1, 0}}, catalogue) == "sip 20 → 0, ukey2 ends");
  CHECK(describe_changes({}, catalogue).empty());
  CHECK(describe_grant({}, catalogue) == "nothing");
  ReportBlock block;
  block.reason = BlockReason::expired;
  block.date = day("2026-10-31");
  block.items = {Item::counted(0), Item::feature(0)};
  CHECK(describe_reason(block) == "expired on 2026-10-31");
  CHECK(describe_items(block, catalogue) == "sip, ukey2");
  CHECK(describe_steps({{day("2026-11-24"), 5, 1}, {day("2027-01-01"), std::nullopt, 2}}) ==
        "1 of 5; from 2027-01-01 2 of unlimited");
}

}  // namespace allot::html
