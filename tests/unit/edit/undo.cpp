#include <random>

#include "libcore/edit/catalogue.hpp"
#include "libcore/edit/groups.hpp"
#include "libcore/edit/licenses.hpp"
#include "libcore/edit/members.hpp"
#include "libcore/edit/undo.hpp"
#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

constexpr const char* kHierarchy = R"(allot: 1
restriction: reserved
licenses: {main: {sip: 100, mobile: 50, features: [ukey2]}}
users: {boss@x.example: {role: admin}}
groups:
  north:
    kind: dealer
    restriction: reserved
    reminder: {before: 14, repeat: weekly}
    licenses: {main: {type: basic, sip: 40, until: 2027-12-31}, more: {sip: 2}}
    users:
      ann@x.example: {name: Ann, role: admin}
      bob@x.example: {name: Bob, sip: 1, features: [], until: 2027-06-30}
    groups: {tower: {users: {bob@x.example: {sip: 2}, tom@x.example: {role: admin}}, groups: {flat: {suspended: true}}}}
  south: {users: {sue@x.example: {role: admin}}}
)";

Path at(const char* path) { return Path::parse(path); }

struct History : Company {
  History() { import(kHierarchy); }

  void undo(std::int64_t revision, const std::optional<std::string>& actor = std::nullopt,
            DryRun dry_run = DryRun::no) const {
    write([&](Write& write) { allot::undo(write, revision); }, actor, dry_run);
  }

  Error refusal(std::int64_t revision, const std::optional<std::string>& actor = std::nullopt) const {
    const std::string before = text();
    const Error error = error_of([&] { undo(revision, actor); });
    CHECK(text() == before);
    return error;
  }

  void add_group(const char* path, const std::optional<std::string>& actor = std::nullopt) const {
    write([&](Write& write) { allot::add_group(write, at(path), {}, Parents::must_exist, IfExists::fail); }, actor);
  }
};

GroupPatch suspended() {
  GroupPatch specified = kind("site");
  specified.suspended = true;
  specified.drops_reminder = true;
  return specified;
}

/// Every kind of change, with a name.
const std::vector<std::pair<const char*, Verbs>>& all_verbs() {
  static const std::vector<std::pair<const char*, Verbs>> kVerbs{
      {"group add", [](Write& w) { allot::add_group(w, at("/a/b/c"), kind("x"), Parents::create, IfExists::fail); }},
      {"group set", [](Write& w) { set_group(w, at("/north"), suspended()); }},
      {"group set --restriction", [](Write& w) { set_group(w, at("/north"), restriction(Restriction::none)); }},
      {"group move", [](Write& w) { move_group(w, at("/north/tower"), at("/south")); }},
      {"group rename", [](Write& w) { rename_group(w, at("/north"), "nord"); }},
      {"group remove", [](Write& w) { remove_group(w, at("/north"), Recursive::yes); }},
      {"license add", [](Write& w) { add_license(w, at("/south"), "l", holding(7), {}, IfExists::fail); }},
      {"license set", [](Write& w) { set_license(w, at("/north"), "main", holding(30)); }},
      {"license remove", [](Write& w) { remove_license(w, at("/north"), "more"); }},
      {"user add", [](Write& w) { add_member(w, at("/south"), "New@x.example", taking(4), IfExists::fail); }},
      {"user set", [](Write& w) { set_member(w, at("/north"), "bob@x.example", taking(5)); }},
      {"user remove", [](Write& w) { remove_member(w, at("/north"), "bob@x.example"); }},
      {"user remove --all", [](Write& w) { remove_user(w, "bob@x.example"); }},
      {"user move", [](Write& w) { move_member(w, "bob@x.example", at("/north"), at("/south")); }},
      {"user rename", [](Write& w) { rename_user(w, "bob@x.example", "robert@x.example"); }},
      {"catalog add", [](Write& w) { add_feature(w, "door"); }},
      {"several",
       [](Write& w) {
         add_counted(w, "lift", "sip");
         move_group(w, at("/north/tower"), at("/"));
         rename_group(w, at("/tower"), "north2");
         remove_group(w, at("/north"), Recursive::yes);
         rename_group(w, at("/north2"), "north");
         add_license(w, at("/north"), "main", holding(5), {}, IfExists::fail);
       }},
  };
  return kVerbs;
}

std::string catalogue_of(const Company& company) {
  Engine engine = company.engine();
  std::string names;
  for (const std::string& name : View{engine}.catalogue().names()) names += name + ' ';
  return names;
}

}  // namespace

TEST_CASE("each kind of change is undone completely, and undoing the undo restores it") {
  const History history;
  for (const auto& verb : all_verbs()) {
    CAPTURE(verb.first);
    const auto& subcommands = verb.second;
    const std::string before = history.text();
    const std::string catalogue = catalogue_of(history);
    const std::int64_t revision = history.write(subcommands).revision;
    const std::string after = history.text();
    CHECK((after != before || catalogue_of(history) != catalogue));
    history.undo(revision);
    CHECK(history.text() == before);
    CHECK(catalogue_of(history) == catalogue);
    CHECK(history.faults().empty());
    history.undo(revision + 1);
    CHECK(history.text() == after);
    CHECK(history.faults().empty());
    history.undo(revision + 2);
    CHECK(history.text() == before);
  }
}

TEST_CASE_FIXTURE(History, "writes are undone one by one, back to the first") {
  std::mt19937 random{12};  // NOLINT: the same operations in every run
  std::vector<std::pair<std::int64_t, std::string>> states{{revision(), text()}};
  const auto undo_newest = [&] {
    undo(states.back().first);
    states.pop_back();
    REQUIRE(text() == states.back().second);
  };
  int saved = 0;
  for (int i = 0; i < 80; ++i) {
    if (states.size() > 1 && random() % 4 == 0) undo_newest();
    Outcome outcome;
    const Verbs& subcommands = all_verbs()[random() % all_verbs().size()].second;
    if (find_error([&] { outcome = write(subcommands); }) || !outcome.has_changes()) {
      REQUIRE(text() == states.back().second);
      continue;
    }
    states.emplace_back(outcome.revision, text());
    ++saved;
  }
  CHECK(saved > 20);
  CHECK(states.size() > 5);
  while (states.size() > 1) undo_newest();
  CHECK(faults().empty());
}

TEST_CASE_FIXTURE(History, "every earlier state is shown unchanged, whatever was written since") {
  std::vector<std::pair<std::int64_t, std::string>> states;
  for (const auto& [name, subcommands] : all_verbs()) {
    const std::int64_t saved = write(subcommands).revision;
    states.emplace_back(saved, text());
    undo(saved);
    states.emplace_back(saved + 1, text());
  }
  REQUIRE(states.size() > 30);
  Engine now = engine();
  for (const auto& state : states) {
    const auto [revision, text] = state;
    CAPTURE(state.first);
    View view{now};
    view.show_revision(revision);
    std::ostringstream out;
    view.export_hierarchy(Path{}, out);
    CHECK(out.str() == text);
  }
}

TEST_CASE_FIXTURE(History, "an older write is undone alone, without later writes elsewhere") {
  const std::int64_t first = write([](Write& w) { set_group(w, at("/south"), kind("shop")); }).revision;
  add_group("/north/x");
  undo(first);
  CHECK(text().find("kind: shop") == std::string::npos);
  CHECK(text("/north").find("x: {}") != std::string::npos);
}

TEST_CASE_FIXTURE(History, "rows that later writes changed conflict, and those writes are named") {
  const std::int64_t first = write([](Write& w) { set_member(w, at("/north"), "bob@x.example", taking(5)); }).revision;
  const std::int64_t second = write([](Write& w) { set_member(w, at("/north"), "bob@x.example", taking(6)); }).revision;
  const std::int64_t other =
      write([](Write& w) { set_member(w, at("/north/tower"), "bob@x.example", taking(1)); }).revision;
  const Error error = refusal(first);
  CHECK(error.kind() == ErrorKind::in_use);
  const std::string text_of_error = error.message() + ' ' + error.hint() + ' ';
  CHECK_MESSAGE(text_of_error.find(std::to_string(second)) != std::string::npos, text_of_error);
  CHECK_MESSAGE(text_of_error.find(std::to_string(other)) == std::string::npos, text_of_error);
  undo(second);
  undo(first);
  CHECK(text("/north").find("sip: 1, features: []") != std::string::npos);
}

TEST_CASE_FIXTURE(History, "the creation of a group is not undone while the group has later content") {
  add_group("/x");
  const std::int64_t made = revision();
  write([](Write& w) { add_member(w, at("/x"), "new@x.example", {}, IfExists::fail); });
  CHECK(refusal(made).kind() == ErrorKind::in_use);
  write([](Write& w) { remove_member(w, at("/x"), "new@x.example"); });
  undo(made);
  CHECK(text().find("  x:") == std::string::npos);
}

TEST_CASE_FIXTURE(History, "a name that is used again conflicts with the group to restore") {
  const std::int64_t removed = write([](Write& w) { remove_group(w, at("/south"), Recursive::yes); }).revision;
  add_group("/south");
  CHECK(refusal(removed).kind() == ErrorKind::in_use);
  write([](Write& w) { rename_group(w, at("/south"), "other"); });
  undo(removed);
  CHECK(text("/south").find("sue@x.example") != std::string::npos);
}

TEST_CASE_FIXTURE(History, "an undo is checked against the rules like any write") {
  const std::int64_t lowered = write([](Write& w) { set_license(w, at("/north"), "main", holding(30)); }).revision;
  write([](Write& w) { add_member(w, at("/"), "big@x.example", taking(65), IfExists::fail); });
  const Error error = refusal(lowered);
  REQUIRE(error.kind() == ErrorKind::refused);
  CHECK(error.violations().listed().front().rule == "limit");
  CHECK(error.violations().listed().front().group == "/");
}

TEST_CASE_FIXTURE(History, "a dry run of an undo changes nothing") {
  const std::int64_t set = write([](Write& w) { set_group(w, at("/south"), kind("shop")); }).revision;
  const std::string before = text();
  undo(set, std::nullopt, DryRun::yes);
  CHECK(text() == before);
  CHECK(revision() == set);
}

TEST_CASE_FIXTURE(History, "neither the creation of the store nor a missing entry is undone") {
  CHECK(refusal(1).kind() == ErrorKind::in_use);
  CHECK(refusal(0).kind() == ErrorKind::not_found);
  CHECK(refusal(999).kind() == ErrorKind::not_found);
}

TEST_CASE_FIXTURE(History, "without a revision the newest entry that the actor sees is undone") {
  add_group("/north/x");
  add_group("/south/x");
  write([](Write& w) { allot::undo(w, {}); }, "ann@x.example");
  CHECK(text("/north").find("x: {}") == std::string::npos);
  CHECK(text("/south").find("x: {}") != std::string::npos);
  write([](Write& w) { allot::undo(w, {}); });  // undoes ann's undo
  CHECK(text("/north").find("x: {}") != std::string::npos);
}

TEST_CASE_FIXTURE(History, "an actor undoes only the visible part of a write") {
  const std::int64_t both = write([](Write& w) {
                              set_group(w, at("/north/tower"), kind("site"));
                              set_group(w, at("/south"), kind("shop"));
                            }).revision;
  undo(both, "ann@x.example");
  CHECK(text("/north/tower").find("kind: site") == std::string::npos);
  CHECK(text("/south").find("kind: shop") != std::string::npos);
}

TEST_CASE_FIXTURE(History,
                  "an actor undoes only what it is authorized to change, and what is not visible does not exist") {
  const std::int64_t above = write([](Write& w) { set_group(w, at("/north"), kind("shop")); }).revision;
  const std::int64_t beside = write([](Write& w) { set_group(w, at("/south"), kind("shop")); }).revision;
  CHECK(refusal(above, "ann@x.example").kind() == ErrorKind::denied);
  CHECK(refusal(beside, "ann@x.example").kind() == ErrorKind::not_found);
  CHECK(refusal(above, "tom@x.example").kind() == ErrorKind::not_found);
  CHECK(refusal(beside, "sue@x.example").kind() == ErrorKind::denied);
  undo(above, "boss@x.example");
  CHECK(text("/north").find("kind: dealer") != std::string::npos);
}

TEST_CASE_FIXTURE(History, "an import is undone completely") {
  const std::string before = text();
  const std::int64_t imported =
      import("allot: 1\ngroups: {north: {kind: shop, groups: {tower: {}}}, west: {users: {w@x.example: {sip: 1}}}}\n",
             "/", Prune::yes)
          .revision;
  CHECK(text() != before);
  undo(imported);
  CHECK(text() == before);
  CHECK(faults().empty());
}

}  // namespace allot::unit
