#include "libcore/document/writer.hpp"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "libcore/document/document.hpp"
#include "tests/unit/document/support.hpp"

namespace allot {
namespace {

Document read(const std::string& text, const Catalogue& known = Catalogue::built_in()) {
  std::size_t at = 0;
  const Input input{"f", [&](char* buffer, std::size_t size) {
                      const std::size_t count = std::min(size, text.size() - at);
                      std::memcpy(buffer, text.data() + at, count);
                      at += count;
                      return count;
                    }};
  Document document;
  read_hierarchy({input}, known, {}, document);
  return document;
}

Catalogue catalogue() {
  Catalogue catalogue = Catalogue::built_in();
  catalogue.add_counted("y", std::nullopt);
  catalogue.add_counted("camera", 0);
  catalogue.add_feature("no");
  catalogue.add_feature("face-id");
  return catalogue;
}

License license(std::string name, std::string type, const Grant& grant) {
  return {std::move(name), std::move(type), grant};
}

Grant grant() {
  Grant made;
  made.counts.set(0, 10);
  made.counts.set(2, 3);
  made.counts.set(3, 2147483647);
  made.features.add(0);
  made.features.add(1);
  made.period = {Day::first(), Day::last()};
  return made;
}

TEST_CASE("the canonical form") {
  std::ostringstream out;
  const Catalogue known = catalogue();
  HierarchyWriter writer{out, known};
  GroupTraits top;
  top.restriction = Restriction::reserved;
  writer.open_root(top, true);
  writer.write(license("main", "plus", grant()));
  writer.write(license("old", "trial", Grant{}));
  writer.write(Membership{"Ann@x.example", "Ann Lee", Role::admin, true, {}});
  writer.write(Membership{"bob@x.example", "", Role::user, false, {}});
  writer.open_group("2026-01-01", GroupTraits{"no", Restriction::none, true, Reminder{{14}, Repeat::monthly, true}},
                    true);
  writer.write(license("kept", "plus", Grant{}));
  writer.open_group("empty", GroupTraits{}, false);
  writer.close_group();
  writer.close_group();
  writer.open_group("south", GroupTraits{}, false);
  writer.close_group();
  writer.close_group();
  CHECK(out.str() == R"(allot: 1
catalog:
  counted: {camera: {requires: sip}, "y": {}}
  features: [face-id, "no"]
restriction: reserved
licenses:
  main: {sip: 10, camera: 2147483647, "y": 3, features: [ukey2, "no"], from: 0001-01-01, until: 9999-12-31}
  old: {type: trial}
users:
  Ann@x.example: {name: Ann Lee, role: admin}
  bob@x.example: {name: "", features: []}
groups:
  "2026-01-01":
    kind: "no"
    restriction: none
    suspended: true
    reminder: {before: 14, repeat: 30-days, users: true}
    licenses:
      kept: {}
    groups:
      empty: {}
  south: {}
)");
}

TEST_CASE("the reader reads what the writer wrote") {
  std::ostringstream out;
  const Catalogue known = catalogue();
  HierarchyWriter writer{out, known};
  const std::vector<std::string> names{"-",      "*a",       "&a",
                                       "#",      "? x",      "a: b",
                                       "a #b",   "null",     "~",
                                       "y",      "1e3",      "0x1f",
                                       "1:30",   "北楼",     "<<",
                                       "{",      "[a]",      "\"",
                                       "'",      "\\",       "!x",
                                       "%",      "@",        "`",
                                       "|",      ">",        "a,b",
                                       "...",    "---",      "true",
                                       "Zürich", "😀",        "\u200B",
                                       "\uFEFF", "a\u00A0b", "12 b",
                                       "=",      ".5",       std::string(255, 'n')};
  writer.open_root(GroupTraits{}, false);
  for (const std::string& name : names) {
    writer.open_group(name, GroupTraits{name, Restriction::shared, false, Reminder{{3650}, Repeat::once, false}}, true);
    writer.write(license(name, name, grant()));
    writer.write(Membership{"'u'@x", name, Role::concierge, false, grant()});
    writer.close_group();
  }
  writer.close_group();
  const Document document = read(out.str());
  REQUIRE(document.groups.size() == names.size() + 1);
  REQUIRE(document.licenses.size() == names.size());
  REQUIRE(document.members.size() == names.size());
  CHECK(document.patches.size() == 1);
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(document.groups[i + 1].name == names[i]);
    CHECK(reading::patch_of(document, i + 1).kind.value == names[i]);
    CHECK(reading::patch_of(document, i + 1).restriction.value == Restriction::shared);
    CHECK(reading::patch_of(document, i + 1).reminder.value == Reminder{{3650}, Repeat::once, false});
    CHECK(document.licenses[i].name == names[i]);
    CHECK(document.licenses[i].type.value == names[i]);
    CHECK(document.members[i].said_name().value == names[i]);
    CHECK(document.members[i].role.value == Role::concierge);
  }
  const Catalogue& added = document.catalogue;
  const GrantPatch& patch = document.patches[0];
  CHECK(patch.from.value == Day::first());
  CHECK(patch.until.value == Day::last());
  for (const auto& [id, count] : patch.counts) {
    CHECK(count == grant().counts[known.find_counted(added.counted()[id].name).value()]);
  }
  CHECK(patch.counts.size() == 3);
  CHECK(patch.features.value->has(added.find_feature("ukey2").value()));
  CHECK(patch.features.value->has(added.find_feature("no").value()));
  CHECK_FALSE(patch.features.value->has(added.find_feature("face-id").value()));
  CHECK(added.counted()[added.find_counted("camera").value()].requires_id == 0U);
}

TEST_CASE("256 levels of groups are written and read") {
  std::ostringstream out;
  const Catalogue known = Catalogue::built_in();
  HierarchyWriter writer{out, known};
  writer.open_root(GroupTraits{}, false);
  for (int i = 0; i < 256; ++i) writer.open_group("g", GroupTraits{}, false);
  for (int i = 0; i < 257; ++i) writer.close_group();
  CHECK(read(out.str()).groups.size() == 257);
}

TEST_CASE("plain scalars stay plain") {
  for (const char* text : {"north", "Tower A", "ann@north.example", "face-id", "a.b", "_x", "北楼", "O'Neil",
                           "12 Main St", "1@x.example", "null-modem"}) {
    CHECK(to_yaml_scalar(text) == text);
  }
}

TEST_CASE("text that YAML would read as another type is quoted") {
  for (const char* text :
       {"",     "y",          "N",   "yes",  "No",  "ON",  "off", "true", "FALSE", "null", "Null", "~",
        "1",    "0123",       "0o7", "0x1F", "1e3", "1.5", ".5",  "-1",   "+1",    ".inf", ".NaN", "1_000",
        "1:30", "2026-01-01", "<<",  "=",    "- a", "-",   "?",   ": a",  "a: b",  "a:",   "a #b", "#",
        "[a",   "{a",         "a]",  "a}",   "a,b", "&a",  "*a",  "!a",   "|",     ">",    "'",    "\"",
        "%a",   "@a",         "`a",  "---",  "...", " a",  "a ",  "a  b"}) {
    const std::string scalar = to_yaml_scalar(text);
    CAPTURE(text);
    CHECK(scalar.front() == '"');
    CHECK(scalar.back() == '"');
  }
}

/// `text` as read by another YAML reader: as a value, a key, and an item in a flow collection.
void check_read_back(const std::string& text) {
  const std::string scalar = to_yaml_scalar(text);
  CAPTURE(scalar);
  CHECK(YAML::Load("a: " + scalar + "\n")["a"].as<std::string>() == text);
  CHECK(YAML::Load("{k: " + scalar + ", l: x}")["k"].as<std::string>() == text);
  CHECK(YAML::Load("[x, " + scalar + "]")[1].as<std::string>() == text);
  const YAML::Node mapping = YAML::Load(scalar + ": v\n");
  REQUIRE(mapping.IsMap());
  CHECK(mapping.begin()->first.as<std::string>() == text);
}

TEST_CASE("hostile strings are read back by another YAML reader") {
  for (const char* text :
       {"",       "null",       "~",        "a: b",    "a #b",   "- a",       "\"",      "\\",     "\\n",    "'",
        "''",     "a\nb",       "\n",       " ",       "\t",     "\r\n",      "a\tb",    "#",      "&a *b",  "!!str x",
        "{a: b}", "[a]",        "? a",      "---",     "...",    "%YAML 1.1", "\x1b[2J", "\x7F",   "\u0085", "\u00A0",
        "\u2028", "\u2029",     "\u200B",   "\u202E",  "\u061C", "\uFEFF",    "\uFEFFa", "\uFFFD", "\uFFFE", "\uFDD0",
        "😀",      "\U0010FFFF", "a\u0301",  "北: 楼",  "a ",     " a",        "a  b",    "@a",     "`a",     "0x1F",
        "<<",     "=",          "x'y\"z\\", "${HOME}", "a,b",    "a]b",       "a}b",     "|",      ">-"}) {
    check_read_back(text);
  }
  check_read_back(std::string{"a\0b", 3});
  check_read_back(std::string(1, '\0'));
}

TEST_CASE("random strings are read back by another YAML reader") {
  std::mt19937 random{8};
  const std::vector<std::string> pieces{"a",      "B",      "7",      " ",    ":",  "#",  "-",  "?",  ",", "[",  "]",
                                        "{",      "}",      "\"",     "'",    "\\", "\n", "\t", "\r", "&", "*",  "!",
                                        "|",      ">",      "%",      "@",    "`",  "~",  ".",  "_",  "é", "北", "😀",
                                        "\u2028", "\u0085", "\uFEFF", "\x01", "/",  "(",  "+",  "=",  "<"};
  std::uniform_int_distribution<std::size_t> pick{0, pieces.size() - 1};
  std::uniform_int_distribution<int> lengths{1, 8};
  for (int round = 0; round < 1500; ++round) {
    std::string text;
    for (int i = lengths(random); i > 0; --i) text += pieces[pick(random)];
    check_read_back(text);
  }
}

}  // namespace
}  // namespace allot
