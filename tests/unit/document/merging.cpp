#include <doctest/doctest.h>

#include "tests/unit/document/support.hpp"

namespace allot::reading {
namespace {

TEST_CASE("several files make one hierarchy, merged key by key") {
  const Document document =
      read({"allot: 1\nkind: site\ngroups: {a: {kind: x, licenses: {m: {sip: 1, from: 2026-01-01}}}}\n"
            "users: {Ann@x.example: {name: Ann}}\n",
            "allot: 1\nrestriction: reserved\ngroups: {b: {}, a: {suspended: true, groups: {c: },\n"
            "  licenses: {m: {type: trial, mobile: 1, until: 2026-12-31, features: [ukey2]}}}}\n"
            "users: {ann@X.example: {role: admin, sip: 2}}\n"});
  CHECK(document.files == std::vector<std::string>{"a.yaml", "b.yaml"});
  REQUIRE(document.groups.size() == 4);
  CHECK(patch_of(document, 0).kind.value == "site");
  CHECK(patch_of(document, 0).restriction.value == Restriction::reserved);
  CHECK(document.groups[1].name == "a");
  CHECK(patch_of(document, 1).kind.value == "x");
  CHECK(patch_of(document, 1).suspended.value == true);
  CHECK(document.groups[1].mark.file == 0);
  CHECK(document.groups[2].name == "b");
  CHECK(document.groups[3].name == "c");
  CHECK(document.groups[3].parent == 1);
  REQUIRE(document.licenses.size() == 1);
  CHECK(document.licenses[0].type.value == "trial");
  const GrantPatch& patch = document.patches[document.licenses[0].patch];
  CHECK(patch.counts == std::vector<std::pair<ResourceId, std::int32_t>>{{0, 1}, {1, 1}});
  CHECK(patch.from.value == Day::parse("2026-01-01"));
  CHECK(patch.until.value == Day::parse("2026-12-31"));
  CHECK(patch.features.value->has(0));
  REQUIRE(document.members.size() == 1);
  CHECK(document.members[0].email == "Ann@x.example");
  CHECK(document.members[0].said_name().value == "Ann");
  CHECK(document.members[0].role.value == Role::admin);
}

TEST_CASE("equal values in two files do not conflict, different values conflict at the second position") {
  const std::string first =
      "allot: 1\nkind: site\nreminder: {before: 3, repeat: once}\ngroups:\n  a:\n    suspended: true\n"
      "licenses:\n  m: {type: x, sip: 1, features: [ukey2], until: 2026-01-01}\n"
      "users:\n  a@b:\n    name: Ann\n    role: admin\n    sip: 2\n    features:\n";
  CHECK(problems_of({first, first, first}).empty());
  CHECK(
      problems_of({first,
                   "allot: 1\nkind: dealer\nreminder: {before: 3, repeat: daily}\ngroups: {a: {suspended: false}}\n"
                   "licenses: {m: {type: , sip: 3, features: [], until: }}\n"
                   "users: {a@b: {name: Bob, role: user, sip: 4, features: []}}\n",
                   first}) ==
      std::vector<std::string>{
          "b.yaml:2:1: kind is \"dealer\" here, but \"site\" at a.yaml:2",
          "b.yaml:3:1: reminder is {before: 3, repeat: daily, users: false} here, but {before: 3, repeat: once, users: "
          "false} at a.yaml:3",
          "b.yaml:4:14: suspended is false here, but true at a.yaml:6",
          "b.yaml:5:16: type is empty here, but \"x\" at a.yaml:8", "b.yaml:5:24: sip is 3 here, but 1 at a.yaml:8",
          "b.yaml:5:32: features is [] here, but [ukey2] at a.yaml:8",
          "b.yaml:5:46: until is empty here, but 2026-01-01 at a.yaml:8",
          "b.yaml:6:15: name is \"Bob\" here, but \"Ann\" at a.yaml:11",
          "b.yaml:6:26: role is \"user\" here, but \"admin\" at a.yaml:12",
          "b.yaml:6:38: sip is 4 here, but 2 at a.yaml:13",
          "b.yaml:6:46: features is [] here, but empty at a.yaml:14"});
}

TEST_CASE("a conflict names the file with the first value, whichever file came before") {
  CHECK(problems_of({"allot: 1\ngroups: {a: }\n", "allot: 1\ngroups:\n  a:\n    kind: x\n",
                     "allot: 1\ngroups: {a: {kind: y}}\n"}) ==
        std::vector<std::string>{"c.yaml:2:14: kind is \"y\" here, but \"x\" at b.yaml:4"});
}

TEST_CASE("a duplicate in a later file names the position in that file") {
  CHECK(problems_of({"allot: 1\ngroups: {a: }\nusers: {a@b: }\nlicenses: {m: }\n",
                     "allot: 1\ngroups: {a: , a: }\nusers: {A@b: , a@B: }\nlicenses: {m: , m: }\n"}) ==
        std::vector<std::string>{"b.yaml:2:15: duplicate key \"a\"; it came before at b.yaml:2:10",
                                 "b.yaml:3:16: duplicate key \"a@B\"; it came before at b.yaml:3:9",
                                 "b.yaml:4:17: duplicate key \"m\"; it came before at b.yaml:4:12"});
}

TEST_CASE("equal grants are kept once") {
  const Document document =
      read({"allot: 1\nlicenses: {a: {sip: 1, mobile: 1}, b: {mobile: 1, sip: 1}, c: {sip: 1}}\n"
            "users: {a@b: {sip: 1, mobile: 1}, c@d: {}, e@f: }\n"});
  CHECK(document.patches.size() == 3);
  CHECK(document.licenses[0].patch == document.licenses[1].patch);
  CHECK(document.licenses[0].patch == document.members[0].patch);
  CHECK(document.members[1].patch == document.members[2].patch);
}

TEST_CASE("marks are the positions of the keys") {
  const Document document =
      read({"allot: 1\n", "allot: 1\ngroups:\n  a:\n    users: {a@b: }\n    licenses:\n      m:\n"});
  CHECK(document.groups[0].mark.line == 1);
  CHECK(document.groups[1].mark.file == 1);
  CHECK(document.groups[1].mark.line == 3);
  CHECK(document.groups[1].mark.column == 3);
  CHECK(document.members[0].mark.column == 13);
  CHECK(document.licenses[0].mark.line == 6);
  CHECK(document.licenses[0].mark.column == 7);
}

}  // namespace
}  // namespace allot::reading
