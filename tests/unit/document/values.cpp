#include <doctest/doctest.h>

#include "tests/unit/document/support.hpp"

namespace allot::reading {
namespace {

std::string count_problem(const std::string& value) {
  return problems_after_version("licenses: {m: {sip: " + value + "}}\n");
}

TEST_CASE("a count is plain decimal digits") {
  const std::string malformed = " is not a number; write decimal digits without sign, point, exponent or leading zero";
  for (const std::string value : {"010", "+1", "1.0", "1e3", "1_000", "0x10", "0o7", "ten", "1 000", "true", "00"}) {
    CHECK(count_problem(value) == "2:21: sip: \"" + value + "\"" + malformed);
  }
  CHECK(count_problem("-1") == "2:21: sip: \"-1\" is negative; the least is 0");
  CHECK(count_problem("2147483648") == "2:21: sip: \"2147483648\" is too large; the most is 2147483647");
  CHECK(count_problem(std::string(30, '9')).find("is too large") != std::string::npos);
  CHECK(count_problem("'5'") == "2:21: sip: \"5\" is a text, where a number belongs; write it without quotes");
  CHECK(count_problem("\"\"") == "2:21: sip: \"\" is a text, where a number belongs; write it without quotes");
  CHECK(problems_after_version("licenses:\n  m:\n    sip: |\n      5\n") ==
        "4:10: sip: \"5\\n\" is a text, where a number belongs; write it without quotes");
  CHECK(read({"allot: 1\nlicenses: {m: {sip: 2147483647, mobile: 0}}\n"}).patches[0].counts ==
        std::vector<std::pair<ResourceId, std::int32_t>>{{0, 2147483647}, {1, 0}});
}

TEST_CASE("a date is a day of the calendar, quoted or not") {
  const auto problem = [](const std::string& value) {
    return problems_after_version("licenses: {m: {until: " + value + "}}\n");
  };
  for (const std::string value : {"2026-02-30", "2026-13-01", "0000-01-01", "2026-00-10", "2025-02-29"}) {
    CHECK(problem(value) == "2:23: \"" + value + "\" is not a day of the calendar");
  }
  for (const std::string value : {"2026-1-1", "20260101", "1.1.2026", "2026-01-01T00:00:00Z", "none", "forever"}) {
    CHECK(problem(value) == "2:23: \"" + value + "\" is not a date; write YYYY-MM-DD, or nothing for an open end");
  }
  const Document document = read({"allot: 1\nlicenses: {m: {from: 2024-02-29, until: '9999-12-31'}}\n"});
  CHECK(document.patches[0].from.value == Day::parse("2024-02-29"));
  CHECK(document.patches[0].until.value == Day::last());
}

TEST_CASE("a truth value is true or false") {
  for (const std::string value : {"yes", "True", "TRUE", "1", "on", "y"}) {
    CHECK(problems_after_version("suspended: " + value + "\n") == "2:12: \"" + value + "\" is neither true nor false");
  }
  CHECK(problems_after_version("suspended: 'true'\n") == "2:12: \"true\" is a text; write it without quotes");
  CHECK(patch_of(read({"allot: 1\nsuspended: true\n"}), 0).suspended.value == true);
  CHECK(patch_of(read({"allot: 1\nsuspended: false\n"}), 0).suspended.value == false);
}

TEST_CASE("unknown words are reported with the nearest known word") {
  CHECK(problems_after_version("restriction: Shared\n") ==
        "2:14: \"Shared\" is not a restriction; did you mean \"shared\"?");
  CHECK(problems_after_version("restriction: xyzzy\n") ==
        "2:14: \"xyzzy\" is not a restriction; it is one of none, reserved, shared");
  CHECK(problems_after_version("users: {a@b: {role: amdin}}\n") ==
        "2:21: \"amdin\" is not a role; did you mean \"admin\"?");
  CHECK(problems_after_version("reminder: {before: 1, repeat: 30days}\n") ==
        "2:31: \"30days\" is not a repeat; did you mean \"30-days\"?");
}

TEST_CASE("a reminder has days and a repeat") {
  for (const std::string value : {"0", "3651", "-3"}) {
    CHECK(problems_after_version("reminder: {before: " + value + ", repeat: once}\n") ==
          "2:20: \"" + value + "\" is not from 1 to 3650 days");
  }
  CHECK(problems_after_version("reminder: {before: '3', repeat: once}\n") ==
        "2:20: \"3\" is a text, where a number belongs; write it without quotes");
  CHECK(problems_after_version("reminder: {before: 007, repeat: once}\n").starts_with("2:20: \"007\" is not a number"));
  CHECK(problems_after_version("reminder: {}\n") ==
        "2:11: the reminder has neither \"before\" nor \"low\"; give it days, 1 to 3650, or a percentage");
  CHECK(problems_after_version("reminder: {before: , repeat: once}\n") ==
        "2:11: the reminder has no \"before\"; give it days, 1 to 3650");
  const Document document = read({"allot: 1\nreminder: {before: 3650, repeat: 30-days, users: true}\n"});
  CHECK(patch_of(document, 0).reminder.value == Reminder{{3650}, Repeat::monthly, true});
  CHECK(patch_of(read({"allot: 1\nreminder: {before: 1, repeat: once, users: }\n"}), 0).reminder.value ==
        Reminder{{1}, Repeat::once, false});
}

TEST_CASE("a reminder has up to 5 different numbers of days") {
  const auto problems = [](const std::string& days) {
    return problems_after_version("reminder: {before: " + days + ", repeat: once}\n");
  };
  CHECK(patch_of(read({"allot: 1\nreminder: {before: [7, 3650, 1, 30, 60], repeat: once}\n"}), 0).reminder.value ==
        Reminder{{3650, 60, 30, 7, 1}, Repeat::once, false});
  CHECK(patch_of(read({"allot: 1\nreminder: {before: [7], repeat: once}\n"}), 0).reminder.value ==
        Reminder{{7}, Repeat::once, false});
  CHECK(problems("[]") == "2:20: \"before\" is an empty list; give it days, 1 to 3650, or leave it out");
  CHECK(problems("[6, 5, 4, 3, 2, 1]") == "2:36: there are more than 5 days");
  CHECK(problems("[7, 30, 7]") == "2:28: 7 days are given twice");
  CHECK(problems("[0, -1, 3651, x, '7', 99999999999999999999, [7], 30]") ==
        "2:21: \"0\" is not from 1 to 3650 days\n2:24: \"-1\" is not from 1 to 3650 days\n"
        "2:28: \"3651\" is not from 1 to 3650 days\n"
        "2:34: \"x\" is not a number; write decimal digits without sign, point, exponent or leading zero\n"
        "2:37: \"7\" is a text, where a number belongs; write it without quotes\n"
        "2:42: there are more than 5 days\n"
        "2:42: \"99999999999999999999\" is not from 1 to 3650 days\n"
        "2:64: an item of the list must be a single value, not a list");
  CHECK(problems("{7: 30}") == "2:20: before must be a single value, not a mapping");
  CHECK(problems("[{7: 30}]") == "2:21: an item of the list must be a single value, not a mapping");
}

TEST_CASE("a reminder may be about resources that are low, or about these alone") {
  const auto reminder_in = [](const std::string& keys) {
    return patch_of(read({"allot: 1\nreminder: {" + keys + "}\n"}), 0).reminder.value;
  };
  CHECK(reminder_in("low: 10") == Reminder{{}, Repeat::once, false, 10});
  CHECK(reminder_in("low: 1, users: false, before: , repeat: ") == Reminder{{}, Repeat::once, false, 1});
  CHECK(reminder_in("low: 100, before: 7, repeat: daily, users: true") == Reminder{{7}, Repeat::daily, true, 100});
  CHECK(reminder_in("low: , before: 7, repeat: daily") == Reminder{{7}, Repeat::daily, false});
  for (const std::string value : {"0", "101", "-1"}) {
    CHECK(problems_after_version("reminder: {low: " + value + "}\n") ==
          "2:17: \"" + value + "\" is not from 1 to 100 percent");
  }
  for (const std::string value : {"12.5", "ten", "10%", "010"}) {
    CHECK(problems_after_version("reminder: {low: " + value + "}\n") ==
          "2:17: \"" + value +
              "\" is not a number; write decimal digits without sign, point, exponent or leading zero");
  }
  CHECK(problems_after_version("reminder: {low: [10]}\n") == "2:17: low must be a single value, not a list");
  CHECK(problems_after_version("reminder: {low: 10, users: true}\n") ==
        "2:11: the reminder has no \"before\"; give it days, 1 to 3650\n"
        "2:11: the reminder has no \"repeat\"; it is one of once, daily, weekly, 30-days");
  CHECK(problems_after_version("reminder: {low: 10, before: 7}\n") ==
        "2:11: the reminder has no \"repeat\"; it is one of once, daily, weekly, 30-days");
}

TEST_CASE("an empty value is the default, as a key it is its text") {
  for (const std::string value : {"", "~", "null", "Null", "NULL"}) {
    const Document document = read({"allot: 1\nkind: " + value + "\nrestriction: " + value + "\nsuspended: " + value +
                                    "\nreminder: " + value + "\ncatalog: " + value + "\nlicenses: {m: {type: " + value +
                                    ", sip: " + value + ", features: " + value + ", from: " + value + "}}\n"});
    const TraitsPatch& root = patch_of(document, 0);
    CHECK(root.kind == Specified<ShortText>{true, std::nullopt});
    CHECK(root.restriction == Specified<Restriction>{true, std::nullopt});
    CHECK(root.suspended == Specified<bool>{true, std::nullopt});
    CHECK(root.reminder == Specified<Reminder>{true, std::nullopt});
    CHECK(document.licenses[0].type == Specified<ShortText>{true, std::nullopt});
    const GrantPatch& patch = document.patches[document.licenses[0].patch];
    CHECK(patch.counts == std::vector<std::pair<ResourceId, std::int32_t>>{{0, 0}});
    CHECK(patch.features == Specified<Features>{true, std::nullopt});
    CHECK(patch.from == Specified<Day>{true, std::nullopt});
    CHECK(patch.until == Specified<Day>{});
    CHECK(read({"allot: 1\ngroups: " + value + "\nusers: " + value + "\nlicenses: " + value + "\n"}).groups.size() ==
          1);
  }
  const Document document = read({"allot: 1\ngroups: {null: , ~: ~}\nlicenses: {Null: {type: \"null\"}}\n"});
  CHECK(document.groups[1].name == "null");
  CHECK(document.groups[2].name == "~");
  CHECK(document.licenses[0].name == "Null");
  CHECK(document.licenses[0].type.value == "null");
}

TEST_CASE("a text takes any scalar as the characters written") {
  const Document document =
      read({"allot: 1\nkind: 0123\nlicenses: {1e3: {type: yes}, 2026-01-01: {type: ''}}\n"
            "groups: {no: {kind: \"a\\u00e9\"}, 1.0: {kind: 'it''s'}}\nusers: {1@2: {name: 12:30}}\n"});
  CHECK(patch_of(document, 0).kind.value == "0123");
  CHECK(document.groups[1].name == "no");
  CHECK(patch_of(document, 1).kind.value == "a\xC3\xA9");
  CHECK(document.groups[2].name == "1.0");
  CHECK(patch_of(document, 2).kind.value == "it's");
  CHECK(document.licenses[0].name == "1e3");
  CHECK(document.licenses[0].type.value == "yes");
  CHECK(document.licenses[1].name == "2026-01-01");
  CHECK(document.licenses[1].type.value == "");
  CHECK(document.members[0].said_name().value == "12:30");
}

TEST_CASE("features are a list, which may contain a feature more than once") {
  const Document document =
      read({"allot: 1\nusers: {a@b: {features: [ukey2, 'ukey2']}, c@d: {features: []}, e@f: {}}\n"});
  Features ukey2;
  ukey2.add(0);
  CHECK(document.patches[document.members[0].patch].features == Specified<Features>{true, ukey2});
  CHECK(document.patches[document.members[1].patch].features == Specified<Features>{true, Features{}});
  CHECK(document.patches[document.members[2].patch].features == Specified<Features>{});
}

TEST_CASE("values that only the rules refuse are not a problem of the document") {
  CHECK(problems_after_version("licenses: {m: {sip: 1, mobile: 5, from: 2027-01-01, until: 2026-01-01}}\n").empty());
}

}  // namespace
}  // namespace allot::reading
