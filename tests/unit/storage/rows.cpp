#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

using Transaction = Store::Transaction;
using Kind = Store::Transaction::Kind;

/// A store with one open write. Rows are read again from the store, not from a cache.
struct Open {
  Folder folder;
  std::unique_ptr<Store> owned = create_store(folder.file("store.db"));
  Store& store = *owned;
  Transaction transaction{store, Kind::write};
};

License make_license(const char* name, const Catalogue& catalogue) {
  License license;
  license.name = name;
  license.type = "it's \"basic\"";
  license.grant.counts.set(catalogue.find_counted("mobile").value(), 2147483647);
  license.grant.features.add(catalogue.find_feature("ukey2").value());
  license.grant.period = {Day::first(), Day::last()};
  return license;
}

Membership make_member(const char* email) {
  Membership member;
  member.email = email;
  member.name = "Ånn O'Hara; DROP TABLE groups";
  member.role = Role::concierge;
  member.inherits_features = false;
  member.grant.counts.set(0, 3);
  member.grant.period = {day("2026-01-01"), Day::forever()};
  return member;
}

std::vector<std::string> names_of(const std::vector<StoredGroup>& groups) {
  std::vector<std::string> names;
  for (const StoredGroup& group : groups) names.push_back(group.name);
  return names;
}

}  // namespace

TEST_CASE_FIXTURE(Open, "a group is read back as it was written") {
  const GroupTraits plain;
  const GroupTraits full{"dealer's", Restriction::shared, true, Reminder{{3650}, Repeat::monthly, true}};
  const GroupTraits several{"", Restriction::none, false, Reminder{{7, 60, 30, 3650, 1}, Repeat::once, false, 100}};
  const GroupTraits low{"", Restriction::none, false, Reminder{{}, Repeat::once, false, 1}};
  const GroupId north = store.insert_group(kRootGroup, "north", plain);
  const GroupId south = store.insert_group(kRootGroup, "so'uth", full);
  CHECK(store.find_group(kRootGroup, "north")->traits == plain);
  const auto found = store.find_group(south);
  REQUIRE(found.has_value());
  CHECK(found->id == south);
  CHECK(found->parent == kRootGroup);
  CHECK(found->name == "so'uth");
  CHECK(found->traits == full);
  store.update_group(north, full);
  store.rename_group(north, "North");
  store.move_group(north, south);
  for (const GroupTraits& traits : {several, low}) {
    store.update_group(north, traits);
    CHECK(store.find_group(north)->traits == traits);
    std::size_t reminding = 0;
    store.for_each_reminding([&](const StoredGroup&) { ++reminding; });
    CHECK(reminding == 2);
  }
  store.update_group(north, full);
  CHECK_FALSE(store.find_group(kRootGroup, "north").has_value());
  CHECK_FALSE(store.find_group(south, "north").has_value());  // names are compared byte by byte
  CHECK(store.find_group(south, "North")->traits == full);
}

TEST_CASE_FIXTURE(Open, "children come in the order of the bytes of their names") {
  for (const char* name : {"b", "é", "a b", "a", "B", "ab"}) store.insert_group(kRootGroup, name, {});
  const std::vector<std::string> all{"B", "a", "a b", "ab", "b", "é"};
  std::vector<std::string> visited;
  store.for_each_child(kRootGroup, [&](StoredGroup&& child) { visited.push_back(child.name); });
  CHECK(visited == all);
  CHECK(names_of(store.first_children(kRootGroup, 100)) == all);
  CHECK(names_of(store.first_children(kRootGroup, 2)) == std::vector<std::string>{"B", "a"});
  CHECK(store.find_child_names(kRootGroup, "a", 100) == std::vector<std::string>{"a", "a b", "ab"});
  CHECK(store.find_child_names(kRootGroup, "", 1) == std::vector<std::string>{"B"});
  CHECK(store.find_child_names(kRootGroup, "x", 100).empty());
  CHECK(names_of(store.first_children(kRootGroup, 2, "a")) == std::vector<std::string>{"a", "a b"});
  CHECK(names_of(store.first_children(kRootGroup, 9, "é")) == std::vector<std::string>{"é"});
  CHECK(store.find_last_child_name(kRootGroup, "a") == "ab");
  CHECK(store.find_last_child_name(kRootGroup, "") == "é");
  CHECK_FALSE(store.find_last_child_name(kRootGroup, "x").has_value());
}

TEST_CASE_FIXTURE(Open, "a group is removed with its content and all groups below it, and nothing beside it") {
  const GroupId a = store.insert_group(kRootGroup, "a", {});
  const GroupId below = store.insert_group(a, "b", {});
  const GroupId beside = store.insert_group(kRootGroup, "c", {});
  for (const GroupId group : {a, below, beside}) {
    store.insert_license(group, make_license("main", store.catalogue()));
    store.insert_membership(group, make_member("ann@x.example"));
  }
  store.remove_groups(a);
  CHECK(store.size().groups == 2);
  CHECK(store.size().licenses == 1);
  CHECK(store.size().memberships == 1);
  CHECK(store.find_group(beside).has_value());
  CHECK(store.find_license(beside, "main").has_value());
  CHECK(store.find_damage().empty());
}

TEST_CASE_FIXTURE(Open, "a license is read back as it was written, and those of a group come by name") {
  const License main = make_license("main", store.catalogue());
  License plain;
  plain.name = "basic";
  store.insert_license(kRootGroup, main);
  store.insert_license(kRootGroup, plain);
  CHECK(store.licenses_of(kRootGroup) == std::vector<License>{plain, main});
  CHECK(store.find_license(kRootGroup, "main") == main);
  CHECK_FALSE(store.find_license(kRootGroup, "Main").has_value());
  License changed = main;
  changed.grant = plain.grant;
  store.update_license(kRootGroup, changed);
  CHECK(store.licenses_of(kRootGroup) == std::vector<License>{plain, changed});
  store.remove_license(kRootGroup, "basic");
  CHECK(store.licenses_of(kRootGroup) == std::vector<License>{changed});
}

TEST_CASE_FIXTURE(Open, "a membership is read back as it was written, whatever the case of its e-mail") {
  const Membership ann = make_member("Ann@X.example");
  store.insert_membership(kRootGroup, ann);
  CHECK(store.find_membership(kRootGroup, "ann@x.EXAMPLE") == ann);
  CHECK_FALSE(store.find_membership(kRootGroup, "ann@x.exampl").has_value());
  Membership changed = ann;
  changed.inherits_features = true;
  changed.grant = {};
  store.update_membership(kRootGroup, changed);
  CHECK(store.find_membership(kRootGroup, "ann@x.example") == changed);
  store.rename_member(kRootGroup, "ANN@x.example", "bea@x.example");
  CHECK_FALSE(store.find_membership(kRootGroup, "ann@x.example").has_value());
  CHECK(store.find_membership(kRootGroup, "bea@x.example").has_value());
  store.remove_membership(kRootGroup, "BEA@X.EXAMPLE");
  CHECK_FALSE(store.has_users());
}

TEST_CASE_FIXTURE(Open, "a user is found in every group, and an empty list of features is not the same as none") {
  const GroupId north = store.insert_group(kRootGroup, "north", {});
  Membership inherits = make_member("ann@x.example");
  inherits.inherits_features = true;
  store.insert_membership(north, make_member("Ann@x.example"));
  store.insert_membership(kRootGroup, inherits);
  store.insert_membership(north, make_member("bob@x.example"));
  const auto found = store.memberships_of("ANN@X.EXAMPLE");
  REQUIRE(found.size() == 2);
  CHECK(found[0] == std::pair{kRootGroup, inherits});
  CHECK(found[1] == std::pair{north, make_member("Ann@x.example")});
  CHECK_FALSE(found[1].second.inherits_features);
  CHECK(found[1].second.grant.features.is_empty());
  CHECK(store.memberships_of("ann@x.example", 1).size() == 1);
  CHECK(store.find_next_email("", "") == "ann@x.example");
  CHECK(store.find_next_email("", "ann@x.example") == "bob@x.example");
  CHECK(store.find_next_email("B", "") == "bob@x.example");
  CHECK_FALSE(store.find_next_email("b", "bob@x.example").has_value());
  using UserGroups = std::vector<std::pair<std::string, GroupId>>;
  CHECK(store.next_user_groups("", {}, 2) == UserGroups{{"ann@x.example", kRootGroup}, {"Ann@x.example", north}});
  CHECK(store.next_user_groups("A", {"ann@x.example", kRootGroup}, 9) == UserGroups{{"Ann@x.example", north}});
  CHECK(store.next_user_groups("", {"Ann@x.example", north}, 9) == UserGroups{{"bob@x.example", north}});
  CHECK(store.find_last_email("b") == "bob@x.example");
  CHECK(store.find_last_member(north, "") == "bob@x.example");
  CHECK(store.first_members(north, 9, "AN").size() == 1);
}

TEST_CASE_FIXTURE(Open, "an entry of the catalogue cannot be removed while it is in use") {
  store.add_counted("lift", "sip");
  store.add_feature("door");
  License license;
  license.name = "main";
  license.grant.counts.set(store.catalogue().find_counted("lift").value(), 1);
  store.insert_license(kRootGroup, license);
  CHECK(store.find_use("lift").has_value());
  CHECK(store.find_use("sip").has_value());  // lift requires it
  CHECK_FALSE(store.find_use("door").has_value());
  store.remove_entry("door");
  CHECK_FALSE(store.catalogue().find_feature("door").has_value());
  CHECK(store.find_license(kRootGroup, "main") == license);
}

TEST_CASE_FIXTURE(Open, "the figures of a group are read back, and are zero if none were written") {
  CHECK(store.figures_of(kRootGroup) == Figures{});
  Figures figures;
  figures.children = 3;
  figures.members = 1'000'000;
  figures.ceilings = 2;
  figures.allotted.edit(0).add({day("2026-01-01"), day("2026-06-30")}, 5'000'000'000);
  figures.allotted.edit(0).add({Day::beginning(), Day::forever()}, 7);
  figures.allotted.edit(1).add({Day::first(), Day::last()}, 1);
  store.set_figures(kRootGroup, figures);
  CHECK(store.figures_of(kRootGroup) == figures);
  store.set_figures(kRootGroup, Figures{});
  CHECK(store.figures_of(kRootGroup) == Figures{});
}

}  // namespace allot::unit
