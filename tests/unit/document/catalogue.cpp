#include <doctest/doctest.h>

#include "tests/unit/document/support.hpp"

namespace allot::reading {
namespace {

/// The built-in catalogue with a counted `camera` that requires `sip`, and a feature `face-id`.
Catalogue make_catalogue() {
  Catalogue catalogue = Catalogue::built_in();
  catalogue.add_counted("camera", catalogue.find_counted("sip"));
  catalogue.add_feature("face-id");
  return catalogue;
}

TEST_CASE("the entries of files are at the end of the catalogue, each after its required resource") {
  const Document document =
      read({"allot: 1\ncatalog:\n  counted: {camera: {requires: lift}, lift: {requires: door}, door: }\n"
            "  features: [face-id, open]\n"});
  REQUIRE(document.catalogue.counted().size() == 5);
  CHECK(document.known_counted == 2);
  CHECK(document.known_features == 1);
  CHECK(document.catalogue.counted()[2].name == "door");
  CHECK(document.catalogue.counted()[3].name == "lift");
  CHECK(document.catalogue.counted()[3].requires_id == 2);
  CHECK(document.catalogue.counted()[4].name == "camera");
  CHECK(document.catalogue.counted()[4].requires_id == 3);
  CHECK(document.catalogue.features() == std::vector<std::string>{"ukey2", "face-id", "open"});
}

TEST_CASE("an entry may be used before the section that declares it, even in another file") {
  const Document document =
      read({"allot: 1\nlicenses: {m: {lift: 3, door: 2, sip: 1, features: [open, ukey2, face-id]}}\n",
            "allot: 1\ncatalog: {counted: {door: , lift: {requires: door}}, features: [face-id, open]}\n"});
  CHECK(document.catalogue.find_counted("door") == 2);
  CHECK(document.catalogue.find_counted("lift") == 3);
  const GrantPatch& patch = document.patches[document.licenses[0].patch];
  CHECK(patch.counts == std::vector<std::pair<ResourceId, std::int32_t>>{{0, 1}, {2, 2}, {3, 3}});
  Features features;
  for (const FeatureId id : {0U, 1U, 2U}) features.add(id);
  CHECK(patch.features.value == features);
}

TEST_CASE("an undeclared entry is unknown") {
  CHECK(problems_after_version("licenses: {m: {lift: 3, features: [fcae-id]}}\ncatalog: {features: [face-id]}\n") ==
        "2:16: unknown key \"lift\" in a licence; known are features, from, until, type, labels, sip, mobile\n"
        "2:36: unknown feature \"fcae-id\"; did you mean \"face-id\"?");
  CHECK(problems_after_version("users: {a@b: {features: [xyzzy, '', 'A B', ~]}}\n") ==
        "2:26: unknown feature \"xyzzy\"; new ones are declared as catalog: {features: [NAME]}\n"
        "2:33: unknown feature \"\"; new ones are declared as catalog: {features: [NAME]}\n"
        "2:37: unknown feature \"A B\"; new ones are declared as catalog: {features: [NAME]}\n"
        "2:44: unknown feature \"~\"; new ones are declared as catalog: {features: [NAME]}");
}

TEST_CASE("a wrong count of a resource that is declared later is reported") {
  CHECK(
      problems_after_version("licenses: {m: {lift: -3, lfit: [], door: {}}}\ncatalog: {counted: {lift: , door: }}\n") ==
      "2:22: lift: \"-3\" is negative; the least is 0\n"
      "2:26: unknown key \"lfit\" in a licence; did you mean \"lift\"?\n"
      "2:42: door: a number must stand here, not a mapping");
}

TEST_CASE("counted resources and features are distinguished") {
  CHECK(problems_after_version("licenses: {m: {ukey2: 1, features: [sip]}}\n") ==
        "2:16: \"ukey2\" is a feature and has no count; write features: [ukey2]\n"
        "2:37: \"sip\" is a counted resource and no feature; write sip: NUMBER");
  CHECK(problems_after_version(
            "licenses: {m: {open: 1, features: [lift]}}\ncatalog: {counted: {lift: }, features: [open]}\n") ==
        "2:16: \"open\" is a feature and has no count; write features: [open]\n"
        "2:36: \"lift\" is a counted resource and no feature; write lift: NUMBER");
}

TEST_CASE("a known entry may be repeated only without a change") {
  const Catalogue known = make_catalogue();
  CHECK(problems_in(
            "allot: 1\ncatalog: {counted: {camera: {requires: sip}, sip: , mobile: {}}, features: [face-id, ukey2]}\n",
            known)
            .empty());
  CHECK(
      problems_in(
          "allot: 1\ncatalog: {counted: {camera: {requires: mobile}, mobile: {requires: }, sip: {requires: mobile}}}\n",
          known) ==
      "2:40: \"camera\" requires \"sip\"; that cannot be changed to \"mobile\"\n"
      "2:58: \"mobile\" requires \"sip\"; that cannot be changed to nothing\n"
      "2:87: \"sip\" requires nothing; that cannot be changed to \"mobile\"");
  CHECK(problems_in("allot: 1\ncatalog: {counted: {face-id: }, features: [camera]}\n", known) ==
        "2:21: \"face-id\" is a feature already; it cannot be a counted resource too\n"
        "2:44: \"camera\" is a counted resource already; it cannot be a feature too");
  const Document document = read_inputs(make_inputs({"allot: 1\ncatalog: {counted: {camera: , lift: }}\n"}), known, {});
  CHECK(document.catalogue.counted().size() == 4);
  CHECK(document.known_counted == 3);
}

TEST_CASE("an entry is declared once in a file and equally in all files") {
  CHECK(problems_after_version("catalog: {counted: {lift: , lift: }, features: [open, open]}\n") ==
        "2:29: duplicate key \"lift\"; it came before at a.yaml:2:21\n"
        "2:55: duplicate key \"open\"; it came before at a.yaml:2:49");
  CHECK(problems_after_version("catalog: {counted: {sip: , sip: }}\n") ==
        "2:28: duplicate key \"sip\"; it came before at a.yaml:2:21");
  CHECK(problems_after_version("catalog: {counted: {lift: }, features: [lift]}\n") ==
        "2:41: \"lift\" is a counted resource at a.yaml:2:21; it cannot be a feature too");
  CHECK(problems_of(
            {"allot: 1\ncatalog: {counted: {lift: {requires: sip}, door: }, features: [open]}\n",
             "allot: 1\ncatalog: {features: [open], counted: {door: {requires: lift}, lift: {requires: mobile}}}\n",
             "allot: 1\ncatalog: {features: [door]}\n"}) ==
        std::vector<std::string>{
            "b.yaml:2:80: \"lift\" requires \"mobile\" here, but \"sip\" at a.yaml:2:38",
            "c.yaml:2:22: \"door\" is a counted resource at a.yaml:2:44; it cannot be a feature too"});
}

TEST_CASE("invalid names of entries are refused") {
  CHECK(problems_after_version("catalog: {counted: {Lift: , kind: }, features: ['', 2fa]}\n") ==
        "2:21: the catalogue name \"Lift\" does not start with a letter from a to z\n"
        "2:29: the catalogue name \"kind\" is a key of the file format\n"
        "2:49: the catalogue name \"\" is empty\n"
        "2:53: the catalogue name \"2fa\" does not start with a letter from a to z");
}

TEST_CASE("a required resource is another counted resource, without cycles") {
  CHECK(problems_after_version(
            "catalog: {counted: {lift: {requires: spi}, door: {requires: ukey2}, gate: {requires: A B}}}\n") ==
        "2:38: \"lift\" requires \"spi\", which is no counted resource; did you mean \"sip\"?\n"
        "2:61: \"door\" requires \"ukey2\", which is a feature; only a counted resource can be required\n"
        "2:86: \"A B\" is no counted resource");
  CHECK(problems_after_version("catalog: {counted: {lift: {requires: lift}}}\n") == "2:38: \"lift\" requires itself");
  CHECK(problems_after_version(
            "catalog: {counted: {a: {requires: b}, b: {requires: c}, c: {requires: b}, d: {requires: sip}}}\n") ==
        "2:71: \"c\" requires \"b\", which requires it in turn, in a circle");
  CHECK(problems_after_version("catalog: {counted: {a: {require: b}, b: {requires: []}}}\n") ==
        "2:25: unknown key \"require\" in a counted resource; did you mean \"requires\"?\n"
        "2:52: requires must be a single value, not a list");
}

TEST_CASE("a catalogue has at most 1024 entries of each kind") {
  const auto make = [](int count) {
    std::string text = "allot: 1\ncatalog:\n  features:\n";
    for (int i = 0; i < count; ++i) text += "  - f" + std::to_string(i) + "\n";
    return text;
  };
  CHECK(read({make(1023)}).catalogue.features().size() == 1024);
  CHECK(problems_in(make(1024)) ==
        "1027:5: with \"f1023\" the catalogue has more than 1024 entries that are a feature");
}

}  // namespace
}  // namespace allot::reading
