#include <map>

#include "libcore/edit/catalogue.hpp"
#include "libcore/edit/groups.hpp"
#include "libcore/edit/licenses.hpp"
#include "libcore/edit/members.hpp"
#include "libcore/edit/templates.hpp"
#include "libcore/query/backup.hpp"
#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

/// The actors: `boss`, `spy` (concierge) of `/`; `ann`, `con`
/// (concierge) and `bob` (user) of /north; `tom` of /north/tower; `both` of /north and /south; `late` and `gone` of
/// /north from and until another day; `eve` of nothing.
const std::vector<std::string> kActors{"boss", "spy", "ann", "con", "bob", "tom", "both", "late", "gone", "eve"};

constexpr const char* kHierarchy = R"(allot: 1
restriction: reserved
licenses: {main: {sip: 100}}
users: {boss@x.example: {role: admin}, spy@x.example: {role: concierge}}
groups:
  north:
    restriction: reserved
    licenses: {main: {sip: 40}}
    users:
      ann@x.example: {name: Ann, role: admin}
      con@x.example: {role: concierge}
      bob@x.example: {name: Bob, sip: 1}
      both@x.example: {role: admin}
      late@x.example: {role: admin, from: 2026-11-25}
      gone@x.example: {role: admin, until: 2026-11-23}
    groups:
      tower:
        licenses: {main: {sip: 5}}
        users: {tom@x.example: {role: admin}, guest@x.example: {name: Guest, sip: 2}}
        groups: {flat: {}}
  south:
    users: {both@x.example: {role: admin}, bob@x.example: {name: Robert, sip: 3}, sue@x.example: {}}
    groups: {annex: {}}
)";

std::string email_of(const std::string& actor) { return actor + "@x.example"; }

struct Delegation : Company {
  Delegation() { import(kHierarchy); }

  Engine as(const std::string& actor, const char* today = kToday) const { return engine(email_of(actor), today); }

  /// Whether an actor sees a group.
  bool sees(const std::string& actor, const char* path, const char* today = kToday) const {
    Engine acting = as(actor, today);
    View view{acting};
    const auto error = find_error([&] { view.ancestors(Path::parse(path)); });
    if (error) CHECK(error->kind() == ErrorKind::not_found);
    return !error;
  }

  /// The names of all actors that get an error of `kind`.
  std::string answered(const Verbs& subcommands, std::optional<ErrorKind> kind) const {
    std::string names;
    for (const std::string& actor : kActors) {
      const auto error = try_out(subcommands, email_of(actor));
      if ((error ? std::optional{error->kind()} : std::nullopt) == kind) names += (names.empty() ? "" : " ") + actor;
    }
    return names;
  }

  /// Checks which actors may run `subcommands`, and which are denied because they see the object; for all others the
  /// object does not exist.
  void check(const Verbs& subcommands, const std::string& may, const std::string& may_not) const {
    CHECK(answered(subcommands, std::nullopt) == may);
    CHECK(answered(subcommands, ErrorKind::denied) == may_not);
    const auto count = [](const std::string& names) { return std::count(names.begin(), names.end(), ' ') + 1; };
    const auto others =
        static_cast<std::ptrdiff_t>(kActors.size()) - count(may) - (may_not.empty() ? 0 : count(may_not));
    const std::string absent = answered(subcommands, ErrorKind::not_found);
    CHECK((absent.empty() ? 0 : count(absent)) == others);
  }
};

Path at(const char* path) { return Path::parse(path); }

Verbs add_group(const char* path) {
  return [=](Write& write) { add_group(write, at(path), {}, Parents::must_exist, IfExists::fail); };
}

}  // namespace

TEST_CASE_FIXTURE(Delegation, "an administrator or concierge sees its groups and all below them, and nothing else") {
  const std::map<std::string, std::vector<const char*>> seen{
      {"boss", {"/", "/north", "/north/tower", "/north/tower/flat", "/south", "/south/annex"}},
      {"spy", {"/", "/north", "/north/tower", "/north/tower/flat", "/south", "/south/annex"}},
      {"ann", {"/north", "/north/tower", "/north/tower/flat"}},
      {"con", {"/north", "/north/tower", "/north/tower/flat"}},
      {"bob", {}},
      {"tom", {"/north/tower", "/north/tower/flat"}},
      {"both", {"/north", "/north/tower", "/north/tower/flat", "/south", "/south/annex"}},
      {"late", {}},
      {"gone", {}},
      {"eve", {}}};
  REQUIRE(seen.size() == kActors.size());
  for (const auto& seen_by : seen) {
    const auto& [actor, paths] = seen_by;
    for (const char* path : {"/", "/north", "/north/tower", "/north/tower/flat", "/south", "/south/annex"}) {
      const bool is_seen =
          std::any_of(paths.begin(), paths.end(), [&](const char* each) { return at(each) == at(path); });
      CHECK_MESSAGE(sees(actor, path) == is_seen, seen_by.first << " " << path);
    }
  }
}

TEST_CASE_FIXTURE(Delegation, "a command without a group uses the topmost groups of the scope") {
  const auto topmost = [&](const char* actor) {
    Engine acting = as(actor);
    std::string paths;
    for (const Path& path : View{acting}.topmost()) paths += path.to_string() + ' ';
    return paths;
  };
  CHECK(topmost("boss") == "/ ");
  CHECK(topmost("con") == "/north ");
  CHECK(topmost("both") == "/north /south ");
  write([](Write& write) {
    add_member(write, at("/north/tower"), "ann@x.example", in_role(Role::admin), IfExists::fail);
  });
  CHECK(topmost("ann") == "/north ");
  for (const char* actor : {"bob", "late", "gone", "eve"}) {
    CHECK(error_of([&] { topmost(actor); }).kind() == ErrorKind::not_found);
  }
}

TEST_CASE_FIXTURE(Delegation, "rights begin and end with the day of the membership, the ends included") {
  CHECK_FALSE(sees("late", "/north", "2026-11-24"));
  CHECK(sees("late", "/north", "2026-11-25"));
  CHECK(sees("gone", "/north", "2026-11-23"));
  CHECK_FALSE(sees("gone", "/north", "2026-11-24"));
  CHECK(sees("ann", "/north", "9999-12-31"));
}

TEST_CASE_FIXTURE(Delegation, "the case of an e-mail does not change its authorization") {
  CHECK_FALSE(try_out(add_group("/north/x"), "ANN@X.Example").has_value());
}

TEST_CASE_FIXTURE(Delegation, "a group itself and its licenses are for the administrators of the groups above it") {
  const auto set_north = [](Write& write) { set_group(write, at("/north"), kind("dealer")); };
  check(set_north, "boss", "spy ann con both");
  check([](Write& write) { set_license(write, at("/north"), "main", holding(41)); }, "boss", "spy ann con both");
  check([](Write& write) { rename_group(write, at("/north"), "nord"); }, "boss", "spy ann con both");
  check([](Write& write) { remove_group(write, at("/north"), Recursive::yes); }, "boss", "spy ann con both");
  const auto set_tower = [](Write& write) { set_group(write, at("/north/tower"), kind("site")); };
  check(set_tower, "boss ann both", "spy con tom");
  check([](Write& write) { set_license(write, at("/north/tower"), "main", holding(4)); }, "boss ann both",
        "spy con tom");
  check([](Write& write) { remove_group(write, at("/north/tower"), Recursive::yes); }, "boss ann both", "spy con tom");
}

TEST_CASE_FIXTURE(Delegation,
                  "the users, the reminder and the groups below are for the administrators of a group too") {
  check(add_group("/north/x"), "boss ann both", "spy con");
  check(add_group("/north/tower/x"), "boss ann tom both", "spy con");
  GroupPatch reminder;
  reminder.remind_before = LeadTimes{14};
  reminder.remind_repeat = Repeat::daily;
  check([=](Write& write) { set_group(write, at("/north"), reminder); }, "boss ann both", "spy con");
  check([](Write& write) { add_member(write, at("/north"), "new@x.example", in_role(Role::admin), IfExists::fail); },
        "boss ann both", "spy con");
  check([](Write& write) { set_member(write, at("/north/tower"), "guest@x.example", taking(1)); }, "boss ann tom both",
        "spy con");
  check([](Write& write) { remove_member(write, at("/north"), "ann@x.example"); }, "boss ann both", "spy con");
}

TEST_CASE_FIXTURE(Delegation, "a move requires the rights in both places") {
  check([](Write& write) { move_group(write, at("/north/tower/flat"), at("/south")); }, "boss both", "spy");
  check([](Write& write) { move_group(write, at("/north/tower/flat"), at("/north")); }, "boss ann both", "spy con");
  check([](Write& write) { move_member(write, "sue@x.example", at("/south"), at("/north")); }, "boss both", "spy");
  write(
      [](Write& write) { add_member(write, at("/south"), "ann@x.example", in_role(Role::concierge), IfExists::fail); });
  check([](Write& write) { move_group(write, at("/north/tower/flat"), at("/south")); }, "boss both", "spy ann");
  check([](Write& write) { move_group(write, at("/south/annex"), at("/north")); }, "boss both", "spy ann");
  check([](Write& write) { move_member(write, "sue@x.example", at("/south"), at("/north")); }, "boss both", "spy ann");
  check([](Write& write) { move_member(write, "con@x.example", at("/north"), at("/south")); }, "boss both", "spy ann");
}

TEST_CASE_FIXTURE(Delegation, "only administrators of the company change the data of the company") {
  const TemplateText letter{"s", "b", {}};
  const std::vector<Verbs> company{[](Write& write) { add_feature(write, "door"); },
                                   [](Write& write) { add_counted(write, "lift", std::nullopt); },
                                   [&](Write& write) {
                                     set_template(write, {"admin", english()}, letter);
                                   }};
  for (const Verbs& subcommands : company) check(subcommands, "boss", "spy ann con bob tom both late gone eve");
  const Folder folder;
  for (const std::string& actor : kActors) {
    Engine acting = as(actor);
    CAPTURE(actor);
    for (const auto& work : std::vector<std::function<void()>>{[&] { View{acting}.check(); },
                                                               [&] { back_up(acting, folder.file(actor), DryRun::no); },
                                                               [&] { View{acting}.reminders(english()); }}) {
      const auto error = find_error(work);
      CHECK(error.has_value() == (actor != "boss"));
      if (error) CHECK(error->kind() == ErrorKind::denied);
    }
  }
  CHECK(folder.list() == std::vector<std::string>{"boss"});
}

TEST_CASE_FIXTURE(Delegation, "objects that are not visible do not exist for the actor") {
  const auto message = [&](const char* actor, const char* path, const Verbs& subcommands) {
    const Error error = *try_out(subcommands, email_of(actor));
    CHECK(error.kind() == ErrorKind::not_found);
    std::string text = error.message() + '\n' + error.hint();
    const std::size_t place = text.find(path);
    REQUIRE(place != std::string::npos);
    return text.replace(place, std::strlen(path), "PATH");
  };
  for (const char* actor : {"ann", "con", "tom", "bob", "eve"}) {
    const auto removal = [](const char* path) {
      return [=](Write& write) { remove_group(write, at(path), Recursive::yes); };
    };
    CHECK(message(actor, "/south", removal("/south")) == message(actor, "/sooth", removal("/sooth")));
    CHECK(message(actor, "/south/annex", removal("/south/annex")) ==
          message(actor, "/south/annox", removal("/south/annox")));
  }
  const auto rename = [](const char* email) {
    return [=](Write& write) { rename_user(write, email, "new@x.example"); };
  };
  CHECK(message("ann", "sue@x.example", rename("sue@x.example")) ==
        message("ann", "sua@x.example", rename("sua@x.example")));
}

TEST_CASE_FIXTURE(Delegation, "of a user others see the memberships in their groups, and one sees all of one's own") {
  const auto groups = [&](const char* actor, const char* email) {
    Engine acting = as(actor);
    std::string paths;
    for (const PlacedMembership& each : View{acting}.user(email, day(kToday)).memberships) {
      paths += each.group.to_string() + ' ' + each.membership.name + ' ';
    }
    return paths;
  };
  CHECK(groups("boss", "bob@x.example") == "/north Bob /south Robert ");
  CHECK(groups("ann", "bob@x.example") == "/north Bob ");
  CHECK(groups("bob", "bob@x.example") == "/north Bob /south Robert ");
  CHECK(error_of([&] { groups("ann", "sue@x.example"); }).kind() == ErrorKind::not_found);
  CHECK(error_of([&] { groups("bob", "ann@x.example"); }).kind() == ErrorKind::not_found);
}

TEST_CASE_FIXTURE(Delegation, "a user is removed and renamed where the actor sees it, and stays elsewhere") {
  write([](Write& write) { remove_user(write, "bob@x.example"); }, email_of("ann"));
  Engine all = engine();
  CHECK(View{all}.user("bob@x.example", day(kToday)).memberships.size() == 1);
  write([](Write& write) { rename_user(write, "both@x.example", "new@x.example"); }, email_of("ann"));
  CHECK(View{all}.user("both@x.example", day(kToday)).memberships.front().group == at("/south"));
  CHECK(View{all}.user("new@x.example", day(kToday)).memberships.front().group == at("/north"));
}

TEST_CASE_FIXTURE(Delegation, "completion names only what is visible") {
  const auto emails = [&](const char* actor) {
    Engine acting = as(actor);
    std::string names;
    View view{acting};
    for (const FoundUser& user : view.names().users("", 100).items) {
      names += user.email.substr(0, user.email.find('@')) + ' ';
    }
    return names;
  };
  const auto steps = [&](const char* actor, const char* above) {
    Engine acting = as(actor);
    View view{acting};
    std::string names;
    for (const FoundGroup& group : view.names().groups(at(above).names(), "", 100).items) {
      names += group.path.name() + (group.has_groups ? "/" : "") + (group.is_visible ? " " : "? ");
    }
    return names;
  };
  CHECK(emails("tom") == "guest tom ");
  CHECK(emails("ann") == "ann bob both con gone guest late tom ");
  CHECK(emails("eve").empty());
  CHECK(steps("boss", "/") == "north/ south/ ");
  CHECK(steps("ann", "/") == "north/ ");
  CHECK(steps("tom", "/") == "north/? ");
  CHECK(steps("tom", "/south").empty());
  CHECK(steps("tom", "/north") == "tower/ ");
  CHECK(steps("tom", "/NORTH/Tower") == "flat ");
  CHECK(steps("tom", "/north/tower") == "flat ");
}

TEST_CASE_FIXTURE(Delegation, "a violation above the scope is reported without its group, limit and holders") {
  const auto refusal = [&](const char* actor) {
    const auto error = try_out(
        [](Write& write) { set_member(write, at("/north/tower"), "guest@x.example", taking(9)); }, email_of(actor));
    REQUIRE(error.has_value());
    REQUIRE(error->kind() == ErrorKind::refused);
    return error->violations().listed().front();
  };
  CHECK(refusal("tom").group == "/north/tower");  // the limit is that of its own group
  write([](Write& write) { set_group(write, at("/north/tower"), restriction(Restriction::none)); });
  write([](Write& write) { set_license(write, at("/north"), "main", holding(6)); });
  const Violation known = refusal("ann");
  CHECK(known.group == "/north");
  CHECK(known.limit == 6);
  const Violation above = refusal("tom");
  CHECK(above.group == "above");
  CHECK_FALSE(above.limit.has_value());
  CHECK_FALSE(above.requested.has_value());
  CHECK(above.by.empty());
  CHECK(above.holders.listed.empty());
  CHECK(above.message.find("/north has") == std::string::npos);
  CHECK(known.message.find("/north has") != std::string::npos);
  CHECK(above.accepted == known.accepted);
}

TEST_CASE_FIXTURE(Delegation, "an actor that gives up its authorization in a write lacks it in the rest of the write") {
  const auto leave = [](Write& write) {
    remove_member(write, at("/north"), "ann@x.example");
    add_group(write, at("/north/x"), {}, Parents::must_exist, IfExists::fail);
  };
  const std::string before = text();
  CHECK(error_of([&] { write(leave, email_of("ann")); }).kind() == ErrorKind::not_found);
  CHECK(text() == before);
  const auto step_down = [](Write& write) {
    set_member(write, at("/north"), "ann@x.example", in_role(Role::concierge));
    add_group(write, at("/north/x"), {}, Parents::must_exist, IfExists::fail);
  };
  CHECK(error_of([&] { write(step_down, email_of("ann")); }).kind() == ErrorKind::denied);
  CHECK(text() == before);
}

}  // namespace allot::unit
