#include <doctest/doctest.h>

#include "tests/unit/document/support.hpp"

namespace allot::reading {
namespace {

TEST_CASE("an alias denotes the node of its anchor") {
  const Document document = read(
      {"allot: 1\nkind: &k dealer\ngroups:\n  a: &a\n    kind: *k\n    licenses: {m: &l {sip: 3}, n: *l}\n"
       "    groups: {x: {kind: &k site}}\n  b: *a\n  c: {kind: *k, licenses: {m: *l}}\n  ? &e d\n  : {kind: *e}\n"});
  REQUIRE(document.groups.size() == 7);
  CHECK(patch_of(document, 0).kind.value == "dealer");
  CHECK(patch_of(document, 1).kind.value == "dealer");
  CHECK(document.groups[3].name == "b");
  CHECK(patch_of(document, 3).kind.value == "dealer");
  CHECK(patch_of(document, 4).kind.value == "site");
  CHECK(document.groups[4].parent == 3);
  CHECK(patch_of(document, 5).kind.value == "site");
  CHECK(document.groups[6].name == "d");
  CHECK(patch_of(document, 6).kind.value == "d");
  CHECK(document.licenses.size() == 5);
  CHECK(document.patches.size() == 1);
}

TEST_CASE("problems in the node of an alias are reported at the alias") {
  CHECK(problems_after_version("groups:\n  a: &a {kind: x, knd: y}\n  b: *a\n") ==
        "3:19: unknown key \"knd\" in a group; did you mean \"kind\"?\n"
        "4:6: unknown key \"knd\" in a group; did you mean \"kind\"?");
}

TEST_CASE("an alias needs an anchor before it, not around it") {
  CHECK(problems_after_version("kind: *k\ngroups: {a: {kind: &k x}, b: {kind: *k}}\n") ==
        "2:7: there is no anchor before this for the alias \"*k\"");
  CHECK(problems_after_version("groups: {a: &a {groups: {b: *a}}}\n") ==
        "2:29: the alias \"*a\" stands inside the node that it stands for");
  CHECK(problems_after_version("groups: {a: &a {groups: {b: *x}}, c: *a}\n") ==
        "2:29: there is no anchor before this for the alias \"*x\"");
}

TEST_CASE("anchors apply to one file") {
  CHECK(problems_of({"allot: 1\nkind: &k x\n", "allot: 1\ngroups: {a: {kind: *k}}\n"}).size() == 1);
}

TEST_CASE("an alias bomb is refused at once") {
  std::string text = "allot: 1\na: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'i'; ++c) {
    text += std::string{c} + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) text += (i == 0 ? "*" : ",*") + std::string{static_cast<char>(c - 1)};
    text += "]\n";
  }
  CHECK(problems_in(text).find("the aliases up to here repeat too much for a file of this size; write the text out") !=
        std::string::npos);
}

TEST_CASE("the expansion of aliases is limited in proportion to the file") {
  const auto make = [](int aliases) {
    std::string text = "allot: 1\ngroups:\n  g: &g\n    users:\n";
    for (int i = 0; i < 1000; ++i) text += "      u" + std::to_string(i) + "@x: {}\n";
    for (int i = 0; i < aliases; ++i) text += "  g" + std::to_string(i) + ": *g\n";
    return text;
  };
  CHECK(read({make(10)}).members.size() == 11'000);
  CHECK(problems_in(make(20)).find("repeat too much") != std::string::npos);
}

TEST_CASE("the repetition of long texts is limited") {
  std::string text = "allot: 1\ngroups:\n  ? &n " + std::string(255, 'n') + "\n  :\n    groups:\n";
  for (int i = 0; i < 8000; ++i) text += "      " + std::to_string(i) + ": {groups: {*n : }}\n";
  CHECK(problems_in(text).find("repeat too much") == std::string::npos);
  text = "allot: 1\nkind: &n \"" + std::string(100'000, 'n') + "\"\ngroups:\n";
  for (int i = 0; i < 8000; ++i) text += "  " + std::to_string(i) + ": {kind: *n}\n";
  CHECK(problems_in(text).find("repeat too much") != std::string::npos);
}

}  // namespace
}  // namespace allot::reading
