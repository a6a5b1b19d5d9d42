#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/document/document.hpp"
#include "tests/unit/document/support.hpp"

namespace allot {
namespace {

/// An input that returns `text` in pieces of at most `piece` bytes.
Input input(std::string name, std::string text, std::size_t piece = SIZE_MAX) {
  return {std::move(name),
          [text = std::move(text), at = std::size_t{0}, piece](char* buffer, std::size_t size) mutable {
            const std::size_t count = std::min({size, piece, text.size() - at});
            std::memcpy(buffer, text.data() + at, count);
            at += count;
            return count;
          }};
}

Document read(const std::vector<Input>& inputs, const Target& target = {}) {
  Document document;
  read_hierarchy(inputs, Catalogue::built_in(), target, document);
  return document;
}
Document read(std::string text) { return read(std::vector<Input>{input("f", std::move(text))}); }

struct Report {
  std::vector<std::string> lines;  // `f:1:2: message`
  std::size_t total = 0;
};

Report report(const std::vector<Input>& inputs, const Target& target = {}) {
  Report found;
  try {
    read(inputs, target);
  } catch (const Error& error) {
    REQUIRE(error.kind() == ErrorKind::invalid_input);
    REQUIRE(!error.problems().empty());
    found.total = error.problems_total();
    for (const Problem& problem : error.problems()) {
      found.lines.push_back(problem.file + ':' + std::to_string(problem.line) + ':' + std::to_string(problem.column) +
                            ": " + problem.message);
    }
  }
  return found;
}
Report report(std::string text) { return report({input("f", std::move(text))}); }

/// Checks that `text` has exactly the problems that begin with `expected`, in that order.
void check_problems(const std::string& text, const std::vector<std::string>& expected) {
  const Report found = report(text);
  CAPTURE(text);
  CHECK(found.total == expected.size());
  REQUIRE(found.lines.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK_MESSAGE(found.lines[i].starts_with("f:" + expected[i]), found.lines[i]);
  }
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string repeated;
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST_CASE("a hierarchy is read as it is written") {
  const Document document = read(R"(allot: 1
catalog:
  counted: {lift: {}, camera: {requires: sip}}
  features: [face-id]
restriction: reserved
licenses:
  main: {sip: 1000, mobile: 800, camera: 7, features: [ukey2, face-id], until: 2027-12-31}
groups:
  north:
    kind: dealer
    suspended: true
    reminder: {before: 14, repeat: weekly}
    users:
      Ann@North.example: {name: Ann Lee, role: admin, features: [], from: "2026-01-01", until: null}
    groups:
      tower-a: {}
)");
  const Catalogue& catalogue = document.catalogue;
  REQUIRE(catalogue.counted().size() == 4);
  CHECK(document.known_counted == 2);
  CHECK(document.known_features == 1);
  const auto camera = catalogue.find_counted("camera").value();
  CHECK(catalogue.counted()[camera].requires_id == 0U);
  CHECK(catalogue.find_feature("face-id") == 1U);

  REQUIRE(document.groups.size() == 3);
  CHECK(reading::patch_of(document, 0).restriction.value == Restriction::reserved);
  CHECK_FALSE(reading::patch_of(document, 0).kind.is_said);
  CHECK(document.groups[1].name == "north");
  CHECK(document.groups[1].parent == 0);
  CHECK(document.groups[1].mark.line == 9);
  CHECK(document.groups[1].mark.column == 3);
  CHECK(reading::patch_of(document, 1).kind.value == "dealer");
  CHECK(reading::patch_of(document, 1).suspended.value == true);
  CHECK(reading::patch_of(document, 1).reminder.value == Reminder{{14}, Repeat::weekly, false});
  CHECK_FALSE(reading::patch_of(document, 1).restriction.is_said);
  CHECK(document.groups[2].name == "tower-a");
  CHECK(document.groups[2].parent == 1);

  REQUIRE(document.licenses.size() == 1);
  CHECK(document.licenses[0].name == "main");
  CHECK_FALSE(document.licenses[0].type.is_said);
  const GrantPatch& main = document.patches[document.licenses[0].patch];
  CHECK(main.counts == std::vector<std::pair<ResourceId, std::int32_t>>{{0, 1000}, {1, 800}, {camera, 7}});
  CHECK(main.features.value->has(0));
  CHECK(main.features.value->has(1));
  CHECK_FALSE(main.from.is_said);
  CHECK(main.until.value == Day::parse("2027-12-31"));

  REQUIRE(document.members.size() == 1);
  CHECK(document.members[0].group == 1);
  CHECK(document.members[0].email == "Ann@North.example");
  CHECK(document.members[0].said_name().value == "Ann Lee");
  CHECK(document.members[0].role.value == Role::admin);
  const GrantPatch& ann = document.patches[document.members[0].patch];
  CHECK(ann.counts.empty());
  CHECK(ann.features.value == Features{});
  CHECK(ann.from.value == Day::parse("2026-01-01"));
  CHECK(ann.until.is_said);
  CHECK_FALSE(ann.until.value);
}

TEST_CASE("an empty value is the default, an omitted key changes nothing") {
  const Document document = read(
      "allot: 1\nkind:\nrestriction: ~\nreminder: null\nlicenses:\ngroups: {a: }\n"
      "users: {a@b: {sip: , features: , name: ''}}\n");
  CHECK(reading::patch_of(document, 0).kind.is_said);
  CHECK_FALSE(reading::patch_of(document, 0).kind.value);
  CHECK(reading::patch_of(document, 0).restriction.is_said);
  CHECK(reading::patch_of(document, 0).reminder.is_said);
  CHECK_FALSE(reading::patch_of(document, 0).suspended.is_said);
  CHECK(document.groups.size() == 2);
  const GrantPatch& patch = document.patches[document.members[0].patch];
  CHECK(patch.counts == std::vector<std::pair<ResourceId, std::int32_t>>{{0, 0}});
  CHECK(patch.features.is_said);
  CHECK_FALSE(patch.features.value);
  CHECK(document.members[0].said_name().value == "");
}

TEST_CASE("texts take any scalar as the characters written") {
  const Document document =
      read("allot: 1\nkind: 0123\ngroups: {no: {kind: 1e3}, 2026-01-01: {kind: true}, \"null\": {}}\n");
  CHECK(reading::patch_of(document, 0).kind.value == "0123");
  CHECK(document.groups[1].name == "no");
  CHECK(reading::patch_of(document, 1).kind.value == "1e3");
  CHECK(document.groups[2].name == "2026-01-01");
  CHECK(reading::patch_of(document, 2).kind.value == "true");
  CHECK(document.groups[3].name == "null");
}

TEST_CASE("equal patches are kept once") {
  std::string text = "allot: 1\nusers:\n";
  for (int i = 0; i < 500; ++i)
    text += "  u" + std::to_string(i) + "@x.example: {sip: " + std::to_string(i % 2) + "}\n";
  const Document document = read(text);
  CHECK(document.members.size() == 500);
  CHECK(document.patches.size() == 2);
}

TEST_CASE("each kind of problem has its place") {
  check_problems("allot: 1\nkid: x\n", {"2:1: unknown key \"kid\" in the hierarchy; did you mean \"kind\"?"});
  check_problems("allot: 1\ngroups:\n  a: {allot: 1}\n", {"3:7: unknown key \"allot\" in a group; known are kind, "});
  check_problems("allot: 1\nkind: a\nkind: b\n", {"3:1: duplicate key \"kind\"; it came before at f:2:1"});
  check_problems("allot: 1\ngroups: {a: {}, b: {}, a: {}}\n", {"2:24: duplicate key \"a\"; it came before at f:2:10"});
  check_problems("allot: 1\nusers:\n  Ann@x: {}\n  ann@X: {}\n",
                 {"4:3: duplicate key \"ann@X\"; it came before at f:3:3"});
  check_problems("allot: 1\nlicenses: {m: {sip: 1, sip: 2}}\n",
                 {"2:24: duplicate key \"sip\"; it came before at f:2:16"});
  check_problems("allot: 1\ngroups: [a]\n", {"2:9: groups must be a mapping, not a list"});
  check_problems("allot: 1\nkind: {a: b}\n", {"2:7: kind must be a single value, not a mapping"});
  check_problems("allot: 1\nusers: {a@b: text}\n", {"2:14: a user must be a mapping, not the text \"text\""});
  check_problems("allot: 1\nlicenses: {m: {features: ukey2}}\n",
                 {"2:26: features must be a list such as [a, b], not the text \"ukey2\""});
  check_problems("allot: 1\nlicenses: {m: {features: [[ukey2]]}}\n",
                 {"2:27: an item of the list must be a single value, not a list"});
  check_problems("allot: 1\n? [a]\n: b\n", {"2:3: a key must be a single value, not a list"});
  check_problems("allot: 1\nsuspended: yes\n", {"2:12: \"yes\" is neither true nor false"});
  check_problems("allot: 1\nsuspended: 'true'\n", {"2:12: \"true\" is a text; write it without quotes"});
  check_problems("allot: 1\nrestriction: share\n", {"2:14: \"share\" is not a restriction; did you mean \"shared\"?"});
  check_problems("allot: 1\nrestriction: shared\n", {"2:14: \"/\" cannot be \"shared\""});
}

TEST_CASE("each kind of wrong value has its place") {
  check_problems("allot: 1\nlicenses:\n  m: {from: 2026-02-29}\n",
                 {"3:13: \"2026-02-29\" is not a day of the calendar"});
  check_problems("allot: 1\nlicenses: {m: {until: tomorrow}}\n", {"2:23: \"tomorrow\" is not a date"});
  check_problems("allot: 1\nlicenses: {m: {sip: -1}}\n", {"2:21: sip: \"-1\" is negative"});
  check_problems("allot: 1\nlicenses: {m: {sip: 2147483648}}\n",
                 {"2:21: sip: \"2147483648\" is too large; the most is 2147483647"});
  check_problems("allot: 1\nlicenses: {m: {sip: '5'}}\n", {"2:21: sip: \"5\" is a text, where a number belongs"});
  for (const char* number : {"05", "1.0", "1e3", "0x10", "+5", "1_000", "five"}) {
    check_problems("allot: 1\nlicenses: {m: {sip: " + std::string{number} + "}}\n",
                   {"2:21: sip: \"" + std::string{number} + "\" is not a number"});
  }
  check_problems("allot: 1\nlicenses: {m: {sip: [1]}}\n", {"2:21: sip: a number must stand here, not a list"});
  check_problems("allot: 1\nlicenses: {m: {sop: 1}}\n",
                 {"2:16: unknown key \"sop\" in a licence; did you mean \"sip\"?"});
  check_problems("allot: 1\nusers: {a@b: {ukey2: 1}}\n", {"2:15: \"ukey2\" is a feature and has no count"});
  check_problems("allot: 1\nlicenses: {m: {features: [ukey3]}}\n",
                 {"2:27: unknown feature \"ukey3\"; did you mean \"ukey2\"?"});
  check_problems("allot: 1\nlicenses: {m: {features: [sip]}}\n",
                 {"2:27: \"sip\" is a counted resource and no feature"});
  check_problems("allot: 1\nusers: {a@b: {role: boss}}\n", {"2:21: \"boss\" is not a role; it is one of user, "});
  check_problems("allot: 1\nusers: {nobody: {}}\n", {"2:9: the e-mail \"nobody\" has no '@'"});
  check_problems("allot: 1\ngroups: {a/b: {}}\n", {"2:10: the group name \"a/b\" contains '/'"});
  check_problems("allot: 1\nlicenses: {..: {}}\n", {"2:12: the licence name \"..\" is reserved"});
  check_problems("allot: 1\nkind: \"a\\tb\"\n", {"2:7: the kind \"a\\tb\" contains the control character U+0009"});
  check_problems("allot: 1\nkind: \"\\0\"\n", {"2:7: the kind \"\\u0000\" contains the control character U+0000"});
  check_problems("allot: 1\ngroups: {\"\\u202E\": {}}\n", {"2:10: the group name \"\\u202E\" contains"});
  check_problems("allot: 1\nkind: !!str x\n", {"2:7: tags (words that begin with '!') mean nothing here"});
  check_problems("allot: 1\nkind: &a x\ngroups: {g: {<<: {}}}\n", {"3:14: merge keys (\"<<\") are not supported"});
}

TEST_CASE("problems of a reminder") {
  check_problems("allot: 1\nreminder: {}\n", {"2:11: the reminder has neither \"before\" nor \"low\""});
  check_problems("allot: 1\nreminder: {before: 0, repeat: once}\n", {"2:20: \"0\" is not from 1 to 3650 days"});
  check_problems("allot: 1\nreminder: {before: 3651, repeat: once}\n", {"2:20: \"3651\" is not from 1 to 3650 days"});
  check_problems("allot: 1\nreminder: {before: '3', repeat: once}\n", {"2:20: \"3\" is a text"});
  check_problems("allot: 1\nreminder: {before: 3, repeat: monthly}\n",
                 {"2:31: \"monthly\" is not a repeat; it is one of "});
  check_problems("allot: 1\nreminder: {before: 3, repeat: once, user: true}\n",
                 {"2:37: unknown key \"user\" in a reminder; did you mean \"users\"?"});
  check_problems("allot: 1\nreminder: weekly\n", {"2:11: reminder must be a mapping, not the text \"weekly\""});
}

TEST_CASE("problems of the catalogue") {
  check_problems("allot: 1\ncatalog: {counted: {Lift: {}}}\n",
                 {"2:21: the catalogue name \"Lift\" does not start with"});
  check_problems("allot: 1\ncatalog: {features: [kind]}\n", {"2:22: the catalogue name \"kind\" is a key of the file"});
  check_problems("allot: 1\ncatalog: {features: [a, a]}\n", {"2:25: duplicate key \"a\"; it came before at f:2:22"});
  check_problems("allot: 1\ncatalog: {features: [sip]}\n", {"2:22: \"sip\" is a counted resource already"});
  check_problems("allot: 1\ncatalog: {counted: {a: {}}, features: [a]}\n",
                 {"2:40: \"a\" is a counted resource at f:2:21; it cannot be a feature too"});
  check_problems("allot: 1\ncatalog: {counted: {sip: {requires: mobile}}}\n",
                 {"2:37: \"sip\" requires nothing; that cannot"});
  check_problems("allot: 1\ncatalog: {counted: {a: {requires: ukey2}}}\n",
                 {"2:35: \"a\" requires \"ukey2\", which is a feature"});
  check_problems("allot: 1\ncatalog: {counted: {a: {requires: sipp}}}\n",
                 {"2:35: \"a\" requires \"sipp\", which is no counted resource; did you mean \"sip\"?"});
  check_problems("allot: 1\ncatalog: {counted: {a: {requires: a}}}\n", {"2:35: \"a\" requires itself"});
  check_problems("allot: 1\ncatalog: {counted: {a: {requires: b}, b: {requires: a}}}\n",
                 {"2:53: \"b\" requires \"a\", which requires it in turn"});
  check_problems("allot: 1\ncatalog: {count: {}}\n",
                 {"2:11: unknown key \"count\" in the catalogue; did you mean \"counted\"?"});
}

TEST_CASE("a catalogue may come last and may require later entries") {
  const Document document = read(
      "allot: 1\nlicenses: {m: {camera: 2, lift: 3, features: [x]}}\n"
      "catalog: {counted: {camera: {requires: lift}, lift: {}}, features: [x]}\n");
  const Catalogue& catalogue = document.catalogue;
  const auto camera = catalogue.find_counted("camera").value();
  const auto lift = catalogue.find_counted("lift").value();
  CHECK(catalogue.counted()[camera].requires_id == lift);
  const GrantPatch& patch = document.patches[document.licenses[0].patch];
  std::vector<std::pair<ResourceId, std::int32_t>> counts{{camera, 2}, {lift, 3}};
  std::sort(counts.begin(), counts.end());
  CHECK(patch.counts == counts);
  CHECK(patch.features.value->has(catalogue.find_feature("x").value()));
}

TEST_CASE("the format version is required and must be known") {
  check_problems("kind: a\n", {"1:1: the key \"allot\" is missing"});
  check_problems("allot: 2\n", {"1:8: format version \"2\" is newer"});
  check_problems("allot: 0\n", {"1:8: \"0\" is no format version"});
  check_problems("allot: '1'\n", {"1:8: \"1\" is a text"});
  check_problems("allot:\n", {"1:7: \"\" is no format version"});
  check_problems("", {"1:1: there is no hierarchy here"});
  check_problems("# nothing\n", {"1:1: there is no hierarchy here"});
  check_problems("[a]\n", {"1:1: the hierarchy must be a mapping, not a list"});
  check_problems("text\n", {"1:1: the hierarchy must be a mapping, not the text \"text\""});
}

TEST_CASE("all problems are reported in one run, in the order of their positions") {
  check_problems("allot: 1\nlicenses: {m: {lift: x, sip: -1}}\nkid: a\nusers: {a@b: {from: never}, bob: {}}\n",
                 {"2:16: unknown key \"lift\"", "2:30: sip: \"-1\" is negative", "3:1: unknown key \"kid\"",
                  "4:21: \"never\" is not a date", "4:29: the e-mail \"bob\""});
}

TEST_CASE("columns count characters") {
  check_problems("allot: 1\ngroups: {北楼: {kid: 1}}\n", {"2:15: unknown key \"kid\""});
  check_problems("allot: 1\r\ngroups: {a: {kid: 1}}\r\n", {"2:14: unknown key \"kid\""});
}

TEST_CASE("the first thousand problems are listed, all are counted") {
  std::string text = "allot: 1\nusers:\n";
  for (int i = 0; i < 2500; ++i) text += "  bad" + std::to_string(i) + ": {}\n";
  const Report found = report(text);
  CHECK(found.total == 2500);
  REQUIRE(found.lines.size() == 1000);
  CHECK(found.lines.front().starts_with("f:3:3: the e-mail \"bad0\""));
  CHECK(found.lines.back().starts_with("f:1002:3: the e-mail \"bad999\""));
}

TEST_CASE("bad syntax has its place") {
  check_problems("allot: 1\nkind: a: b\n", {"2:8: ':' cannot stand here"});
  check_problems("allot: 1\nkind: \"open\n", {"2:7: the quote that closes this text is missing"});
  check_problems("allot: 1\ngroups: {a: {}\n",
                 {"3:1: a ',' or '}' is missing before this, in the mapping begun at 2:9"});
  check_problems("allot: 1\ngroups:\n\ta: {}\n", {"3:1: a tab cannot indent; use spaces"});
  check_problems("allot: 1\nkind: @x\n", {"2:7: a text cannot begin with \"@\""});
  check_problems("allot: 1\nkind: \"\\q\"\n", {"2:8: no such escape between double quotes"});
  check_problems("allot: 1\nkind: a\n  groups: {}\n", {"3:9: ':' cannot stand here"});
  check_problems("allot: 1\nkid: x\nkind: @x\n", {"2:1: unknown key \"kid\"", "3:7: a text cannot begin with \"@\""});
}

TEST_CASE("lone separators are errors") {
  for (const char* text : {",", "allot: 1\ngroups: {,}\n", "allot: 1\nlicenses: {m: {features: [,]}}\n",
                           "allot: 1\n,\n", "}", "]", ":", "-", "?", "allot: 1\n- a\n", "%", "---\n...\n---\n"}) {
    CAPTURE(text);
    CHECK(report(text).total > 0);
  }
}

TEST_CASE("a file holds one document") {
  check_problems("allot: 1\n---\nallot: 1\n", {"2:1: a second document begins here"});
  check_problems("allot: 1\n...\nkind: a\n", {"3:1: the document ends before this"});
  CHECK(report("---\nallot: 1\n...\n").total == 0);
}

TEST_CASE("text that is not UTF-8 is reported") {
  check_problems(std::string{"allot: 1\nkind: a\0b\n", 19}, {"2:8: the control character U+0000"});
  check_problems("allot: 1\nkind: a\x1b\n", {"2:8: the control character U+001B"});
  check_problems("allot: 1\nkind: \xFF\n", {"2:7: the byte 0xFF is not UTF-8"});
  check_problems("allot: 1\nkind: \xC3", {"2:7: the byte 0xC3 is not UTF-8"});
  check_problems("allot: 1\nkind: \u0080\n", {"2:7: the character U+0080"});
  check_problems(std::string{"\xFF\xFE"
                             "a\0",
                             4},
                 {"1:1: the text is UTF-16"});
  check_problems(std::string{"\xFE\xFF\0a", 4}, {"1:1: the text is UTF-16"});
  check_problems(std::string{"a\0l\0", 4}, {"1:1: the text is UTF-16"});
  check_problems(std::string{"\0a\0l", 4}, {"1:1: the text is UTF-16"});
  check_problems(
      "\xEF\xBB\xBF"
      "allot: 1\n",
      {"1:1: the text begins with a byte order mark"});
}

TEST_CASE("the size of the pieces of a file does not matter") {
  const std::string text = "allot: 1\r\ngroups: {北楼😀: {kind: é, kid: 1}}\r\nkind: \xFF";
  const Report whole = report({input("f", text)});
  CHECK(whole.total == 2);
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 7U}) CHECK(report({input("f", text, piece)}).lines == whole.lines);
}

TEST_CASE("an input that cannot be read is a problem of that file") {
  const Input broken{"g", [](char*, std::size_t) -> std::size_t { throw Error::invalid_input("cannot read g"); }};
  const Report found = report({input("f", "allot: 1\nkid: a\n"), broken});
  REQUIRE(found.lines.size() == 2);
  CHECK(found.lines[0].starts_with("f:2:1: "));
  CHECK(found.lines[1] == "g:1:1: cannot read g");
}

TEST_CASE("several files make one hierarchy") {
  const Document document =
      read({input("a", "allot: 1\ngroups:\n  north: {kind: dealer, licenses: {main: {sip: 5}}}\n"),
            input("b",
                  "allot: 1\ngroups:\n  north:\n    restriction: shared\n    licenses: {main: {mobile: 3, sip: 5}}\n"
                  "    users: {Ann@x: {name: Ann}}\n"),
            input("c", "allot: 1\ngroups: {north: {kind: dealer, users: {ann@X: {role: admin}}}, south: {}}\n")});
  REQUIRE(document.groups.size() == 3);
  CHECK(document.files == std::vector<std::string>{"a", "b", "c"});
  CHECK(reading::patch_of(document, 1).kind.value == "dealer");
  CHECK(reading::patch_of(document, 1).restriction.value == Restriction::shared);
  REQUIRE(document.licenses.size() == 1);
  CHECK(document.patches[document.licenses[0].patch].counts ==
        std::vector<std::pair<ResourceId, std::int32_t>>{{0, 5}, {1, 3}});
  REQUIRE(document.members.size() == 1);
  CHECK(document.members[0].email == "Ann@x");
  CHECK(document.members[0].said_name().value == "Ann");
  CHECK(document.members[0].role.value == Role::admin);
  CHECK(document.members[0].mark.file == 1);
}

TEST_CASE("a contradiction between two files is a problem of the second file") {
  const Report found = report(
      {input("a",
             "allot: 1\nkind: x\ngroups:\n  n:\n    licenses:\n      m: {sip: 5, until: 2026-12-31, features: "
             "[ukey2]}\n"),
       input("b", "allot: 1\nkind: y\ngroups:\n  n:\n    licenses:\n      m: {sip: 6, until: , features: []}\n")});
  CHECK(found.total == 4);
  CHECK(found.lines == std::vector<std::string>{"b:2:1: kind is \"y\" here, but \"x\" at a:2",
                                                "b:6:11: sip is 6 here, but 5 at a:6",
                                                "b:6:19: until is empty here, but 2026-12-31 at a:6",
                                                "b:6:28: features is [] here, but [ukey2] at a:6"});
}

TEST_CASE("a problem names its own file") {
  const Report found =
      report({input("a", "allot: 1\nkid: x\n"), input("b", "kind: x\n"), input("c", "allot: 1\nkind: @\n")});
  CHECK(found.total == 3);
  REQUIRE(found.lines.size() == 3);
  CHECK(found.lines[0].starts_with("a:2:1: "));
  CHECK(found.lines[1].starts_with("b:1:1: "));
  CHECK(found.lines[2].starts_with("c:2:7: "));
}

TEST_CASE("aliases stand for their anchors") {
  const Document document = read(
      "allot: 1\nlicenses: {a: &plan {sip: 5, until: 2026-12-31}, b: *plan}\n"
      "kind: &word dealer\ngroups: {*word : {kind: *word, licenses: {c: *plan}}}\n");
  REQUIRE(document.licenses.size() == 3);
  CHECK(document.licenses[1].patch == document.licenses[0].patch);
  CHECK(document.licenses[2].patch == document.licenses[0].patch);
  CHECK(document.groups[1].name == "dealer");
  CHECK(reading::patch_of(document, 1).kind.value == "dealer");
}

TEST_CASE("problems of aliases stand where the alias does") {
  check_problems("allot: 1\nkind: *none\n", {"2:7: there is no anchor before this for the alias \"*none\""});
  check_problems("allot: 1\ngroups: &g {a: {groups: *g}}\n",
                 {"2:25: the alias \"*g\" stands inside the node that it stands for"});
  check_problems("allot: 1\nlicenses: {a: &p {sip: 1}}\ngroups: {b: *p}\n", {"3:13: unknown key \"sip\" in a group"});
}

TEST_CASE("a bomb of aliases is refused before it is expanded") {
  std::string text = "allot: 1\ngroups:\n  g0: &g0 {groups: {a: {}, b: {}, c: {}}}\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "*g" + std::to_string(i - 1);
    text +=
        "  g" + std::to_string(i) + ": &g" + std::to_string(i) + " {groups: {a: " + before + ", b: " + before + "}}\n";
  }
  const Report found = report(text);
  REQUIRE(found.lines.size() == 1);
  CHECK(found.lines[0].find("repeat too much") != std::string::npos);
}

TEST_CASE("256 names of groups are read, one more is a problem at its place") {
  const auto nest = [](std::size_t levels) {
    return "allot: 1\n" + repeat("groups: {g: {", levels) + repeat("}}", levels) + "\n";
  };
  CHECK(read(nest(256)).groups.size() == 257);
  const Report found = report(nest(257));
  REQUIRE(found.lines.size() == 1);
  CHECK(found.lines[0].starts_with("f:2:" + std::to_string(256 * 13 + 10) +
                                   ": the path of the group \"g\" has more than 256"));
  const Report deeper = report({input("f", nest(2))}, {false, 255});
  REQUIRE(deeper.lines.size() == 1);
  CHECK(deeper.lines[0].starts_with("f:2:23: the path of the group"));
}

TEST_CASE("deep nesting is an error, not a crash") {
  for (const std::string& text :
       {"allot: 1\n" + repeat("groups: {g: {", 20000) + repeat("}}", 20000),
        "allot: 1\n" + repeat("groups: {g: {", 20000), repeat("[", 100000), "allot: 1\nkind: " + repeat("[", 100000),
        repeat("{a: ", 100000), repeat("? ", 20000), "allot: 1\nkind: " + repeat("- ", 20000),
        "allot: 1\nx: " + repeat("[", 100000) + repeat("]", 100000)}) {
    CAPTURE(text.substr(0, 40));
    CHECK(report(text).total > 0);
  }
}

TEST_CASE("a shared restriction is for a group below the company") {
  CHECK(report({input("f", "allot: 1\nrestriction: shared\n")}, {false, 1}).total == 0);
  CHECK(report("allot: 1\ngroups: {a: {restriction: shared}}\n").total == 0);
}

}  // namespace
}  // namespace allot
