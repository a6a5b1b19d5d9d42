#include <doctest/doctest.h>

#include "tests/unit/document/support.hpp"

namespace allot::reading {
namespace {

TEST_CASE("the format version is required and is 1") {
  CHECK(problems_in("kind: x\n") == "1:1: the key \"allot\" is missing; a hierarchy begins with \"allot: 1\"");
  CHECK(problems_in("# x\n  {kind: x}\n") == "2:3: the key \"allot\" is missing; a hierarchy begins with \"allot: 1\"");
  CHECK(problems_in("allot: 2\n") == "1:8: format version \"2\" is newer than what this program reads, 1");
  CHECK(problems_in("allot: 99999999999999999999\n").find("is newer than") != std::string::npos);
  CHECK(problems_in("allot: 0\n") == "1:8: \"0\" is no format version; write \"allot: 1\"");
  CHECK(problems_in("allot: one\n") == "1:8: \"one\" is no format version; write \"allot: 1\"");
  CHECK(problems_in("allot:\n") == "1:7: \"\" is no format version; write \"allot: 1\"");
  CHECK(problems_in("allot: '1'\n") == "1:8: \"1\" is a text, where a number belongs; write it without quotes");
  CHECK(problems_in("allot: [1]\n") == "1:8: allot must be a single value, not a list");
  CHECK(problems_in("kind: x\nallot: 1\n").empty());
  CHECK(problems_of({"allot: 1\n", "kind: x\n"}) ==
        std::vector<std::string>{"b.yaml:1:1: the key \"allot\" is missing; a hierarchy begins with \"allot: 1\""});
}

TEST_CASE("an unknown key is reported with the nearest allowed key, and skipped") {
  CHECK(problems_after_version("licences: {a: {sip: x}}\nkind: []\n") ==
        "2:1: unknown key \"licences\" in the hierarchy; did you mean \"licenses\"?\n"
        "3:7: kind must be a single value, not a list");
  CHECK(problems_after_version("groups: {a: {allot: 1}}\n") ==
        "2:14: unknown key \"allot\" in a group; known are kind, labels, language, restriction, suspended, reminder, "
        "licenses, users, groups");
  CHECK(
      problems_after_version("groups: {a: {sip: 1}}\n").starts_with("2:14: unknown key \"sip\" in a group; known are"));
  CHECK(problems_after_version("licenses: {m: {untill: 2026-01-01}}\n") ==
        "2:16: unknown key \"untill\" in a licence; did you mean \"until\"?");
  CHECK(problems_after_version("licenses: {m: {siip: {a: b}}}\n") ==
        "2:16: unknown key \"siip\" in a licence; did you mean \"sip\"?");
  CHECK(problems_after_version("users: {a@b: {xyzzy: 1}}\n") ==
        "2:15: unknown key \"xyzzy\" in a user; known are features, from, until, name, role, labels, language, sip, "
        "mobile");
  CHECK(problems_after_version("users: {a@b: {Roles: 1, \"\": 2}}\n") ==
        "2:15: unknown key \"Roles\" in a user; did you mean \"role\"?\n"
        "2:25: unknown key \"\" in a user; known are features, from, until, name, role, labels, language, sip, mobile");
  CHECK(problems_after_version("reminder: {before: 3, repeat: once, user: true}\n") ==
        "2:37: unknown key \"user\" in a reminder; did you mean \"users\"?");
  CHECK(problems_after_version("catalog: {count: {}}\n") ==
        "2:11: unknown key \"count\" in the catalogue; did you mean \"counted\"?");
}

TEST_CASE("a key occurs once in a mapping") {
  CHECK(problems_after_version("kind: a\nkind: b\n") == "3:1: duplicate key \"kind\"; it came before at a.yaml:2:1");
  CHECK(problems_in("allot: 1\nallot: 1\n") == "2:1: duplicate key \"allot\"; it came before at a.yaml:1:1");
  CHECK(problems_after_version("licenses: {m: {sip: 1, sip: 1}}\n") ==
        "2:24: duplicate key \"sip\"; it came before at a.yaml:2:16");
  CHECK(problems_after_version("licenses: {m: {lift: 1, lift: 1}}\ncatalog: {counted: {lift: {}}}\n") ==
        "2:25: duplicate key \"lift\"; it came before at a.yaml:2:16");
  CHECK(problems_after_version("users: {a@b: {name: x, name: x}}\n") ==
        "2:24: duplicate key \"name\"; it came before at a.yaml:2:15");
  CHECK(problems_after_version("reminder: {before: 3, before: 4, repeat: once}\n") ==
        "2:23: duplicate key \"before\"; it came before at a.yaml:2:12");
  CHECK(problems_after_version("catalog: {features: [a], features: [b]}\n") ==
        "2:26: duplicate key \"features\"; it came before at a.yaml:2:11");
}

TEST_CASE("an item occurs once in a file, e-mails ignore case; a second item is checked separately") {
  CHECK(problems_after_version("groups:\n  a: {kind: x}\n  b: {}\n  a: {kind: y, knd: z}\n") ==
        "5:3: duplicate key \"a\"; it came before at a.yaml:3:3\n"
        "5:16: unknown key \"knd\" in a group; did you mean \"kind\"?");
  CHECK(problems_after_version("licenses:\n  m: {sip: 1}\n  m: {sip: 2}\n") ==
        "4:3: duplicate key \"m\"; it came before at a.yaml:3:3");
  CHECK(problems_after_version("users:\n  Bob@X.example: {}\n  bob@x.EXAMPLE: {role: x}\n") ==
        "4:3: duplicate key \"bob@x.EXAMPLE\"; it came before at a.yaml:3:3\n"
        "4:25: \"x\" is not a role; it is one of user, concierge, admin");
  CHECK(problems_after_version("groups: {a: {users: {a@b: }}, b: {users: {a@b: }}}\nusers: {a@b: }\n").empty());
  CHECK(problems_after_version("groups: {a: , A: , a b: }\nlicenses: {m: , M: }\n").empty());
}

TEST_CASE("a value has the shape of its key") {
  CHECK(problems_after_version("kind: {}\n") == "2:7: kind must be a single value, not a mapping");
  CHECK(problems_after_version("restriction: [none]\n") == "2:14: restriction must be a single value, not a list");
  CHECK(problems_after_version("groups: x\n") == "2:9: groups must be a mapping, not the text \"x\"");
  CHECK(problems_after_version("groups: {a: [x]}\n") == "2:13: a group must be a mapping, not a list");
  CHECK(problems_after_version("licenses: []\n") == "2:11: licenses must be a mapping, not a list");
  CHECK(problems_after_version("users: {a@b: Ann}\n") == "2:14: a user must be a mapping, not the text \"Ann\"");
  CHECK(problems_after_version("users: {a@b: {features: ukey2}}\n") ==
        "2:25: features must be a list such as [a, b], not the text \"ukey2\"");
  CHECK(problems_after_version("users: {a@b: {features: [{}, [x], ukey2]}}\n") ==
        "2:26: an item of the list must be a single value, not a mapping\n"
        "2:30: an item of the list must be a single value, not a list");
  CHECK(problems_after_version("reminder: 14\n") == "2:11: reminder must be a mapping, not the text \"14\"");
  CHECK(problems_after_version("licenses: {m: {sip: {}, mobile: [1]}}\n") ==
        "2:21: sip: a number must stand here, not a mapping\n"
        "2:33: mobile: a number must stand here, not a list");
  CHECK(problems_after_version("? {a: b}\n: x\n? [c]\n: y\n") ==
        "2:3: a key must be a single value, not a mapping\n"
        "4:3: a key must be a single value, not a list");
  CHECK(problems_after_version("catalog: {counted: [lift]}\n") == "2:20: counted must be a mapping, not a list");
  CHECK(problems_after_version("catalog: {counted: {lift: x}}\n") ==
        "2:27: a counted resource must be a mapping, not the text \"x\"");
}

TEST_CASE("merge keys and tags are refused by name") {
  CHECK(problems_after_version("groups: {a: &a {kind: x}, b: {<<: *a, kind: y}}\n") ==
        "2:31: merge keys (\"<<\") are not supported; write the keys out, or give the whole value an alias");
  CHECK(problems_after_version("groups: {\"<<\": {}}\n").empty());
  CHECK(problems_after_version("kind: !!str x\n") ==
        "2:7: tags (words that begin with '!') mean nothing here; remove it");
  CHECK(problems_after_version("groups: {a: !x {kind: 1}, !y b: {}}\n") ==
        "2:13: tags (words that begin with '!') mean nothing here; remove it\n"
        "2:27: tags (words that begin with '!') mean nothing here; remove it");
}

TEST_CASE("names that cannot be stored are refused") {
  CHECK(problems_after_version("groups: {a/b: {kind: []}, ..: , '': , ' a': }\n") ==
        "2:10: the group name \"a/b\" contains '/'\n"
        "2:27: the group name \"..\" is reserved\n"
        "2:33: the group name \"\" is empty\n"
        "2:39: the group name \" a\" starts or ends with white space");
  CHECK(problems_after_version("licenses: {\"a\\u202Eb\": {}}\n") ==
        "2:12: the licence name \"a\\u202Eb\" contains the bidirectional-formatting character U+202E");
  CHECK(problems_after_version("users: {bob: , a@b@c: }\n") ==
        "2:9: the e-mail \"bob\" has no '@'\n"
        "2:16: the e-mail \"a@b@c\" has more than one '@'");
  CHECK(problems_after_version("kind: \"a\\tb\"\nlicenses: {m: {type: \"\\0\"}}\nusers: {a@b: {name: \"\\n\"}}\n") ==
        "2:7: the kind \"a\\tb\" contains the control character U+0009\n"
        "3:22: the type \"\\u0000\" contains the control character U+0000\n"
        "4:21: the name \"\\n\" contains the control character U+000A");
  CHECK(problems_after_version("kind: " + std::string(256, 'x') + "\n").find("is longer than 255 bytes") !=
        std::string::npos);
}

TEST_CASE("the group of a file can be shared only below the company") {
  CHECK(problems_after_version("restriction: shared\n") ==
        "2:14: \"/\" cannot be \"shared\"; it is none or reserved, or the file belongs into another group");
  CHECK(problems_in("allot: 1\nrestriction: shared\n", Catalogue::built_in(), {false, 1}).empty());
  CHECK(problems_after_version("groups: {a: {restriction: shared}}\n").empty());
}

/// A file with `depth` nested groups.
std::string nest(std::size_t depth) {
  std::string text = "allot: 1\n";
  for (std::size_t i = 0; i < depth; ++i) text += "groups: {a: {";
  for (std::size_t i = 0; i < depth; ++i) text += "}}";
  return text + "\n";
}

TEST_CASE("a path has at most 256 names, those of the target included") {
  CHECK(read({nest(256)}).groups.size() == 257);
  CHECK(problems_in(nest(257)).ends_with(": the path of the group \"a\" has more than 256 names"));
  CHECK(problems_in(nest(256), Catalogue::built_in(), {false, 1}).ends_with("has more than 256 names"));
  CHECK(problems_in(nest(255), Catalogue::built_in(), {false, 1}).empty());
}

TEST_CASE("the nesting depth is limited") {
  const std::string tail = "mappings and lists are nested more than 1024 levels deep";
  CHECK(problems_in(nest(20'000)).ends_with(tail));
  CHECK(problems_in(std::string(100'000, '[')).ends_with("1:1025: " + tail));
  CHECK(problems_in(std::string(100'000, '{')).ends_with(tail));
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "- ";
  CHECK(problems_in(text).ends_with(tail));
  for (char& c : text) c = c == '-' ? '?' : c;
  CHECK(problems_in(text).ends_with(tail));
}

}  // namespace
}  // namespace allot::reading
