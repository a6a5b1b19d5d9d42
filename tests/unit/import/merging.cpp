#include "libcore/edit/groups.hpp"
#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

/// The canonical form of a store, starting at its groups.
const std::string kBefore = R"(allot: 1
restriction: reserved
licenses:
  main: {sip: 100, mobile: 50, features: [ukey2]}
groups:
  north:
    kind: dealer
    restriction: reserved
    reminder: {before: 14, repeat: weekly}
    licenses:
      main: {type: basic, sip: 40, mobile: 30, features: [ukey2], from: 2026-01-01, until: 2027-12-31}
      spare: {sip: 2}
    users:
      Ann@x.example: {name: Ann, role: admin}
      bob@x.example: {name: Bob, sip: 3, features: [], until: 2027-06-30}
    groups:
      tower:
        suspended: true
        users:
          bob@x.example: {name: Robert, sip: 1}
  south: {}
)";

struct Merging : Company {
  Merging() {
    SUBCASE("the file is read completely") { piece = SIZE_MAX; }
    SUBCASE("members are saved while the file is read") { piece = 1; }
    import(kBefore);
  }

  /// The text of `kBefore` with one part replaced.
  static std::string with(const std::string& piece, const std::string& other) {
    std::string text = kBefore;
    const std::size_t place = text.find(piece);
    REQUIRE(place != std::string::npos);
    return text.replace(place, piece.size(), other);
  }

  std::string import_of(const std::string& groups, Prune prune = Prune::no) const {
    import("allot: 1\n" + groups, "/", prune);
    CHECK(faults().empty());
    return text();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Merging, "importing an export changes nothing and creates no entry") {
  REQUIRE(text() == kBefore);
  const std::int64_t before = revision();
  for (const Prune prune : {Prune::no, Prune::yes}) {
    const Outcome outcome = import(kBefore, "/", prune);
    CHECK_FALSE(outcome.has_changes());
    CHECK(outcome.unchanged.groups == 4);
    CHECK(outcome.unchanged.licenses == 3);
    CHECK(outcome.unchanged.memberships == 3);
  }
  CHECK(text() == kBefore);
  CHECK(revision() == before);
}

TEST_CASE_FIXTURE(Merging, "items that a file omits are kept") {
  CHECK(import_of("") == kBefore);
  CHECK(import_of("groups: {north: {kind: shop}}\n") == with("kind: dealer", "kind: shop"));
  CHECK(import_of("groups: {north: {kind: dealer, licenses: {main: {sip: 39}}}}\n") == with("sip: 40", "sip: 39"));
  CHECK(import_of("groups: {north: {licenses: {main: {sip: 40}}, users: {bob@x.example: {mobile: 2}}}}\n") ==
        with("{name: Bob, sip: 3,", "{name: Bob, sip: 3, mobile: 2,"));
}

TEST_CASE_FIXTURE(Merging, "an empty key takes its default, any other key its value") {
  CHECK(import_of(
            "groups: {north: {reminder: , licenses: {main: {type: , from: }}, groups: {tower: {suspended: }}}}\n") ==
        [] {
          std::string text = with("    reminder: {before: 14, repeat: weekly}\n", "");
          text.erase(text.find("type: basic, "), 13);
          text.erase(text.find("from: 2026-01-01, "), 18);
          text.erase(text.find("        suspended: true\n"), 24);
          return text;
        }());
  const std::string inherits = import_of("groups: {north: {users: {bob@x.example: {features: }}}}\n");
  CHECK(inherits.find("bob@x.example: {name: Bob, sip: 3, until: 2027-06-30}") != std::string::npos);
}

TEST_CASE_FIXTURE(Merging, "with --prune the store becomes the content of the file, and the rest is removed") {
  const std::string wanted = R"(allot: 1
restriction: reserved
licenses:
  main: {sip: 10}
groups:
  north:
    users:
      bob@x.example: {name: Bob}
  west: {}
)";
  const Outcome outcome = import(wanted, "/", Prune::yes);
  CHECK(text() == wanted);
  CHECK(faults().empty());
  CHECK(outcome.created.groups == 1);
  CHECK(outcome.removed.groups == 2);
  CHECK(outcome.removed.licenses == 2);
  CHECK(outcome.removed.memberships == 2);
  CHECK(outcome.updated.groups == 1);
  CHECK(outcome.updated.licenses == 1);
  CHECK(outcome.updated.memberships == 1);
}

TEST_CASE_FIXTURE(Merging, "with --prune an omitted key takes its default") {
  const std::string after =
      import_of("restriction: none\ngroups: {north: {users: {bob@x.example: {name: B}}}}\n", Prune::yes);
  CHECK(after == "allot: 1\ngroups:\n  north:\n    users:\n      bob@x.example: {name: B}\n");
}

TEST_CASE_FIXTURE(Merging, "an import into a group changes nothing outside the group") {
  import("allot: 1\ngroups: {tower: {kind: site}}\nusers: {ann@x.example: {role: admin}}\nlicenses: {main: {sip: 1}}\n",
         "/north", Prune::yes);
  const std::string after = text();
  CHECK(after.starts_with(kBefore.substr(0, kBefore.find("    kind: dealer"))));
  CHECK(after.ends_with("  south: {}\n"));
  CHECK(text("/north") ==
        "allot: 1\nrestriction: reserved\nlicenses:\n  main: {sip: 1}\nusers:\n"
        "  Ann@x.example: {name: Ann, role: admin}\ngroups:\n  tower:\n    kind: site\n");
  CHECK(faults().empty());
}

TEST_CASE_FIXTURE(Merging, "a new group with licenses is reserved, and a group that gains licenses is noted") {
  Outcome outcome =
      import("allot: 1\ngroups: {west: {licenses: {l: {sip: 1}}}, east: {}, south: {licenses: {l: {sip: 1}}}}\n");
  CHECK(text("/west").find("restriction: reserved") != std::string::npos);
  CHECK(text("/east").find("restriction") == std::string::npos);
  CHECK(text("/south").find("restriction: reserved") != std::string::npos);
  CHECK(outcome.notes == std::vector<std::string>{"/south becomes reserved; it was not restricted"});
  write([](Write& write) { set_group(write, Path::parse("/south"), restriction(Restriction::none)); });
  outcome = import("allot: 1\ngroups: {south: {licenses: {l: {sip: 2}}}}\n");
  CHECK(text("/south").find("restriction: none") != std::string::npos);  // no licence was added
  outcome = import("allot: 1\ngroups: {south: {licenses: {m: {sip: 1}}}}\n");
  CHECK(outcome.notes == std::vector<std::string>{"/south becomes reserved; it was not restricted",
                                                  "kept licenses of /south come into force: l"});
  outcome = import("allot: 1\ngroups: {south: {restriction: none, licenses: {n: {sip: 1}}}}\n");
  CHECK(text("/south").find("restriction: none") != std::string::npos);  // as in the file
  CHECK(outcome.notes.empty());
}

TEST_CASE_FIXTURE(Merging, "a new membership takes name and spelling from the memberships that exist") {
  import("allot: 1\ngroups: {south: {users: {ANN@X.EXAMPLE: {}, new@x.example: {}}}}\n");
  CHECK(text("/south") == "allot: 1\nusers:\n  Ann@x.example: {name: Ann}\n  new@x.example: {name: \"\"}\n");
  import("allot: 1\ngroups: {north: {users: {ANN@x.example: {sip: 1}}}}\n");
  CHECK(text("/north").find("  Ann@x.example: {name: Ann, role: admin, sip: 1}\n") != std::string::npos);
  import("allot: 1\ngroups: {west: {users: {two@x.example: {name: Two}}}, east: {users: {TWO@x.example: {}}}}\n");
  CHECK(text("/east") == "allot: 1\nusers:\n  two@x.example: {name: Two}\n");
  CHECK(faults().empty());
}

TEST_CASE_FIXTURE(Merging, "an import that breaks a rule, or has a fault, saves nothing") {
  for (const char* groups : {"groups: {west: {}, south: {users: {new@x.example: {sip: 61}}}}\n",
                             "catalog: {features: [door]}\ngroups: {north: {licenses: {main: {sip: 99}}}}\n"}) {
    const Error error = error_of([&] { import(std::string{"allot: 1\n"} + groups); });
    CHECK(error.kind() == ErrorKind::refused);
    CHECK(error.violations().listed().front().rule == "limit");
    CHECK(text() == kBefore);
  }
  CHECK(error_of([&] { import("allot: 1\ngroups: {west: {}}\nusers: {bad: {}}\n"); }).kind() ==
        ErrorKind::invalid_input);
  CHECK(text() == kBefore);
  CHECK(faults().empty());
}

TEST_CASE_FIXTURE(Merging,
                  "what a file adds to the catalogue needs a license above the group that it is imported into") {
  const std::string declares = "allot: 1\ncatalog: {counted: {door: , gate: }, features: [bell]}\n";
  for (const char* users : {"{new@x.example: {gate: 1}}\n", "{new@x.example: {features: [bell]}}\n"}) {
    const Error error = error_of([&] { import(declares + "users: " + users, "/south"); });
    CHECK(error.kind() == ErrorKind::refused);
    CHECK(error.violations().total() == 1);
    CHECK(text() == kBefore);
  }
}

TEST_CASE_FIXTURE(Merging, "a dry run of an import reports its changes and saves nothing") {
  Outcome outcome;
  {
    Engine acting = engine();
    Write write{acting, DryRun::yes};
    CHECK(import_hierarchy(write, {input_of("allot: 1\ngroups: {west: {}}\n")}, {}).violations.is_empty());
    outcome = write.commit();
  }
  CHECK(outcome.created.groups == 1);
  CHECK(outcome.is_dry_run);
  CHECK(text() == kBefore);
}

TEST_CASE_FIXTURE(
    Merging, "an administrator imports what it is authorized to change, and what is unchanged needs no authorization") {
  const std::string actor = "ann@x.example";
  const std::string own = text("/north", actor);
  CHECK_FALSE(import(own, "/north", Prune::yes, actor).has_changes());
  const auto kind_of = [&](const std::string& specified, const char* into) {
    return error_of([&] { import("allot: 1\n" + specified, into, Prune::no, actor); }).kind();
  };
  CHECK(kind_of("kind: shop\n", "/north") == ErrorKind::denied);
  CHECK(kind_of("licenses: {main: {sip: 39}}\n", "/north") == ErrorKind::denied);
  CHECK(kind_of("licenses: {new: {sip: 1}}\n", "/north") == ErrorKind::denied);
  CHECK(kind_of("catalog: {features: [door]}\n", "/north") == ErrorKind::denied);
  CHECK(kind_of("", "/") == ErrorKind::not_found);
  CHECK(kind_of("", "/south") == ErrorKind::not_found);
  CHECK(text() == kBefore);
  import("allot: 1\nreminder: {before: 3, repeat: daily}\ngroups: {tower: {kind: site, licenses: {l: {sip: 1}}}}\n",
         "/north", Prune::no, actor);
  CHECK(text("/north/tower").find("kind: site") != std::string::npos);
}

TEST_CASE_FIXTURE(Merging, "a pruning import of an administrator keeps the grants from above") {
  import("allot: 1\nusers: {ann@x.example: {name: Ann, role: admin}}\n", "/north", Prune::yes, "ann@x.example");
  CHECK(text("/north") == R"(allot: 1
kind: dealer
restriction: reserved
licenses:
  main: {type: basic, sip: 40, mobile: 30, features: [ukey2], from: 2026-01-01, until: 2027-12-31}
  spare: {sip: 2}
users:
  Ann@x.example: {name: Ann, role: admin}
)");
  CHECK(faults().empty());
}

}  // namespace allot::unit
