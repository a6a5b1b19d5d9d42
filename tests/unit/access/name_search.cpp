#include "libcore/access/name_search.hpp"

#include "libcore/edit/groups.hpp"
#include "libcore/edit/members.hpp"
#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

constexpr const char* kNames = R"(allot: 1
users: {boss@x.example: {role: admin}}
groups:
  Nord:
    kind: site
    users: {ann@x.example: {name: Ann, role: admin}, Ädam@x.example: {}, bob@x.example: {}}
    groups: {Dach: {kind: roof}, dachs: {}, DACH 2: {}}
  nord: {groups: {other: {}}}
  NORDEN:
    users: {Bob@x.example: {name: Robert}, ädam@y.example: {}, cy@x.example: {}}
)";

struct Names : Company {
  Names() { import(kNames); }

  template <typename Find>
  std::string find(const char* actor, Find find) const {
    Engine acting = engine(actor == nullptr ? std::nullopt : std::optional<std::string>{actor});
    View view{acting};
    NameSearch names = view.names();
    return find(names);
  }

  std::string groups(const std::vector<std::string>& above, const char* start, std::size_t most = 9,
                     const char* actor = nullptr) const {
    return find(actor, [&](NameSearch& names) {
      const auto found = names.groups(above, start, most);
      std::string text;
      for (const FoundGroup& group : found.items) text += group.path.to_string() + ' ';
      return found.is_cut ? text + '+' + found.common : text;
    });
  }

  std::string users(const char* start, std::size_t most = 9, const char* actor = nullptr) const {
    return find(actor, [&](NameSearch& names) { return list(names.users(start, most)); });
  }

  std::string members(const char* group, const char* start, std::size_t most = 9, const char* actor = nullptr) const {
    return find(actor, [&](NameSearch& names) { return list(names.members(Path::parse(group), start, most)); });
  }

  static std::string list(const Matches<FoundUser>& found) {
    std::string text;
    for (const FoundUser& user : found.items) text += user.email + ' ';
    return found.is_cut ? text + '+' + found.common : text;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Names,
                  "groups are found without regard to case, and the exact name of a group above takes precedence") {
  CHECK(groups({}, "NOR") == "/NORDEN /Nord /nord ");
  CHECK(groups({}, "norde") == "/NORDEN ");
  CHECK(groups({}, "x").empty());
  CHECK(groups({"Nord"}, "da") == "/Nord/DACH 2 /Nord/Dach /Nord/dachs ");
  CHECK(groups({"nord"}, "") == "/nord/other ");
  CHECK(groups({"NORD"}, "") == "/Nord/DACH 2 /Nord/Dach /Nord/dachs /nord/other ");
  CHECK(groups({"nor"}, "").empty());
}

TEST_CASE_FIXTURE(Names, "a cut list says what all matches begin with, listed or not") {
  CHECK(groups({}, "", 2) == "/NORDEN /Nord +/");
  CHECK(groups({}, "nord", 1) == "/NORDEN +/");
  CHECK(groups({}, "nord", 3) == "/NORDEN /Nord /nord ");
  write([](Write& write) {
    for (const char* name : {"/Nord/x1", "/Nord/x20", "/Nord/x21"})
      add_group(write, Path::parse(name), {}, Parents::must_exist, IfExists::fail);
  });
  CHECK(groups({"Nord"}, "X", 1) == "/Nord/x1 +/Nord/x");
  CHECK(groups({"Nord"}, "x2", 1) == "/Nord/x20 +/Nord/x2");
  CHECK(users("", 1) == "ann@x.example +");
  CHECK(users("b", 1) == "bob@x.example +bo");
  CHECK(members("/Nord", "", 1) == "ann@x.example +");
}

TEST_CASE_FIXTURE(Names, "users are found everywhere or in one group, in the spelling of the visible membership") {
  CHECK(users("BO") == "bob@x.example boss@x.example ");
  CHECK(users("Ä") == "Ädam@x.example ädam@y.example ");
  CHECK(members("/Nord", "b") == "bob@x.example ");
  CHECK(members("/Nord", "ä") == "Ädam@x.example ");
  CHECK(members("/NORDEN", "") == "bob@x.example cy@x.example ädam@y.example ");
  CHECK(members("/missing", "").empty());
}

TEST_CASE_FIXTURE(Names, "an actor finds what it sees, whether it sees much or little") {
  const char* const ann = "ann@x.example";
  CHECK(groups({}, "", 9, ann) == "/Nord ");
  CHECK(groups({"nord"}, "", 9, ann) == "/Nord/DACH 2 /Nord/Dach /Nord/dachs ");
  CHECK(users("", 9, ann) == "ann@x.example bob@x.example Ädam@x.example ");
  CHECK(users("ä", 9, ann) == "Ädam@x.example ");
  CHECK(users("", 1, ann) == "ann@x.example +");
  CHECK(members("/NORDEN", "", 9, ann).empty());
  CHECK(users("b", 9, "boss@x.example") == "bob@x.example boss@x.example ");
  // More groups and e-mails than the first budget of either search.
  write([](Write& write) {
    for (int i = 0; i < 300; ++i) {
      const std::string number = std::to_string(1000 + i);
      add_group(write, Path::parse("/Nord/Dach").child(number), {}, Parents::must_exist, IfExists::fail);
      add_member(write, Path::parse(i % 2 == 0 ? "/Nord/Dach" : "/NORDEN"), "m" + number + "@x.example", {},
                 IfExists::fail);
    }
  });
  CHECK(users("m10", 3, ann) == "m1000@x.example m1002@x.example m1004@x.example +");
  CHECK(users("m1298", 3, ann) == "m1298@x.example ");
  CHECK(users("m1299", 3, ann).empty());
}

TEST_CASE_FIXTURE(Names, "the kinds of groups and the groups of a user are those that the actor sees") {
  const auto kinds = [](NameSearch& names) {
    std::string text;
    for (const std::string& kind : names.kinds()) text += kind + ' ';
    return text;
  };
  const auto places = [](NameSearch& names) {
    std::string text;
    for (const Path& path : names.groups_of("bob@x.example")) text += path.to_string() + ' ';
    return text;
  };
  GroupPatch hidden;
  hidden.kind = "hidden";
  write([&](Write& write) { add_group(write, Path::parse("/x"), hidden, Parents::must_exist, IfExists::fail); });
  CHECK(find(nullptr, kinds) == "hidden roof site ");
  CHECK(find("ann@x.example", kinds) == "roof site ");
  CHECK(find(nullptr, places) == "/NORDEN /Nord ");
  CHECK(find("ann@x.example", places) == "/Nord ");
}

}  // namespace allot::unit
