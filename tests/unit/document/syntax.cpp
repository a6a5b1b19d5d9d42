#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/unit/document/support.hpp"

namespace allot::reading {
namespace {

TEST_CASE("syntax errors are described in words, at the relevant position") {
  CHECK(problems_after_version("groups:\n\tnorth: {}\n") == "3:1: a tab cannot indent; use spaces");
  CHECK(problems_after_version("kind: |\n\tx\n") == "3:1: a tab cannot indent; use spaces");
  CHECK(problems_after_version("kind: a: b\n") ==
        "2:8: ':' cannot stand here; put a text that contains it between double quotes, or look at the indentation");
  CHECK(problems_after_version("kind: - b\n") ==
        "2:7: '-' cannot begin a list here; write the list between '[' and ']'");
  CHECK(problems_after_version("kind\nrestriction: none\n") == "2:1: a ':' is missing after this key");
  CHECK(problems_after_version("kind: \"open\nrestriction: none\n") ==
        "2:7: the quote that closes this text is missing");
  CHECK(problems_after_version("kind: 'open\n---\n") == "2:7: the quote that closes this text is missing");
  CHECK(problems_after_version("users: {a@b: {}\n") ==
        "3:1: a ',' or '}' is missing before this, in the mapping begun at 2:8");
  CHECK(problems_after_version("licenses: {a: {features: [ukey2 }}\n") ==
        "2:33: a ',' or ']' is missing before this, in the list begun at 2:26");
  CHECK(problems_after_version("kind: 'x' y\n") ==
        "2:11: this does not belong to the mapping begun at 1:1; look at the indentation, and for text after a value");
  CHECK(problems_after_version("kind: @x\n") == "2:7: a text cannot begin with \"@\"; put it between double quotes");
  CHECK(problems_after_version("kind: %x\n") == "2:7: a text cannot begin with \"%\"; put it between double quotes");
  CHECK(problems_after_version("kind: \"\\q\"\n") ==
        "2:8: no such escape between double quotes; a backslash itself is written \"\\\\\"");
  CHECK(problems_after_version("kind: \"\\ud83d\\ude00\"\n")
            .ends_with(": this escape names no character, but half of a pair, as JSON writes some; write the character "
                       "itself (in Python "
                       "with ensure_ascii=False)"));
  CHECK(problems_after_version("kind: & x\n") ==
        "2:7: a name must follow '&' and '*'; put a text that begins so between double quotes");
  CHECK(problems_after_version("users: [\n") ==
        "2:8: users must be a mapping, not a list\n"
        "3:1: a value is missing before this");
  CHECK(problems_in("%YAML 3.0\n---\nallot: 1\n").find("not valid YAML: found incompatible YAML document") !=
        std::string::npos);
}

TEST_CASE("problems before a syntax error are reported too, and the other files are read") {
  const auto problems = problems_of({"allot: 1\nknd: x\nsuspended: maybe\nusers: {\n", "allot: 1\nsuspended: no\n"});
  REQUIRE(problems.size() == 4);
  CHECK(problems[0] == "a.yaml:2:1: unknown key \"knd\" in the hierarchy; did you mean \"kind\"?");
  CHECK(problems[1] == "a.yaml:3:12: \"maybe\" is neither true nor false");
  CHECK(problems[2].starts_with("a.yaml:5:1: "));
  CHECK(problems[3] == "b.yaml:2:12: \"no\" is neither true nor false");
}

TEST_CASE("missing keys of a mapping that a syntax error cuts off are not reported") {
  CHECK(problems_in("kind: x\nreminder: {before: 3 ]\nallot: 1\n") ==
        "2:22: a ',' or '}' is missing before this, in the mapping begun at 2:11");
}

TEST_CASE("a file holds one document") {
  CHECK(problems_in("allot: 1\n---\nallot: 1\n") == "2:1: a second document begins here; a file holds one");
  CHECK(problems_in("allot: 1\n...\n---\n") == "3:1: a second document begins here; a file holds one");
  CHECK(problems_in("{allot: 1}\nkind: x\n") == "2:1: the document ends before this; a file holds one");
  CHECK(problems_in("--- # begins\nallot: 1\n...\n# ends\n").empty());
}

TEST_CASE("an empty file is not a hierarchy") {
  const std::string nothing = "there is no hierarchy here; it begins with \"allot: 1\"";
  CHECK(problems_in("") == "1:1: " + nothing);
  CHECK(problems_in("# only\n# comments\n") == "1:1: " + nothing);
  CHECK(problems_in("---\n").ends_with(nothing));
  CHECK(problems_in("null\n") == "1:1: " + nothing);
  CHECK(problems_in("text\n") == "1:1: the hierarchy must be a mapping, not the text \"text\"");
  CHECK(problems_in("- allot: 1\n") == "1:1: the hierarchy must be a mapping, not a list");
  CHECK(problems_in("'null'\n") == "1:1: the hierarchy must be a mapping, not the text \"null\"");
}

TEST_CASE("only UTF-8 without control characters is read, up to the first byte that is neither") {
  CHECK(problems_after_version("kind: a\xFFZ\n") == "2:8: the byte 0xFF is not UTF-8; save the file as UTF-8");
  CHECK(problems_after_version("kind: \xC3\xA9\xC3\n") == "2:8: the byte 0xC3 is not UTF-8; save the file as UTF-8");
  CHECK(problems_after_version("kind: \xED\xA0\x80\n") == "2:7: the byte 0xED is not UTF-8; save the file as UTF-8");
  CHECK(problems_after_version("kind: \xE2\x82") == "2:7: the byte 0xE2 is not UTF-8; save the file as UTF-8");
  CHECK(problems_after_version(std::string_view{"kind: a\0b\n", 10}) ==
        "2:8: the control character U+0000 cannot stand in YAML; write it between double quotes as \"\\x00\"");
  CHECK(problems_after_version("kind: a\x1B[1m\n") ==
        "2:8: the control character U+001B cannot stand in YAML; write it between double quotes as \"\\x1B\"");
  CHECK(problems_after_version("kind: a\xC2\x9B\n") ==
        "2:8: the character U+009B cannot stand in YAML; write it between double quotes as \"\\u009B\"");
  CHECK(problems_after_version("kind: a\x7F\n").starts_with("2:8: the control character U+007F"));
  CHECK(problems_after_version("kind: a\xEF\xBB\xBF\n").starts_with("2:8: the character U+FEFF"));
  CHECK(problems_after_version("knd: x\nkind: \xFF\n").starts_with("2:1: unknown key \"knd\""));
}

TEST_CASE("other encodings are named") {
  using namespace std::string_view_literals;
  CHECK(problems_in("\xFF\xFE"
                    "a\0l\0"sv) == "1:1: the text is UTF-16; save it as UTF-8");
  CHECK(problems_in("\xFE\xFF\0a\0l"sv) == "1:1: the text is UTF-16; save it as UTF-8");
  CHECK(problems_in("a\0l\0"sv) == "1:1: the text is UTF-16; save it as UTF-8");
  CHECK(problems_in("\0a\0l"sv) == "1:1: the text is UTF-16; save it as UTF-8");
  CHECK(
      problems_in("\xEF\xBB\xBF"
                  "allot: 1\nknd: x\n")
          .starts_with("1:1: the text begins with a byte order mark; save it as UTF-8 without one\n2:1: unknown key"));
}

TEST_CASE("columns count characters and lines end in any way") {
  CHECK(
      problems_in("allot: 1\r\nusers: {\xC3\xA9@x.example: {role: no}}\r\n").starts_with("2:29: \"no\" is not a role"));
  CHECK(problems_in("allot: 1\rknd: x\r").starts_with("2:1: "));
  CHECK(problems_in("allot: 1\r\n# \xE2\x82\xAC\r\nkind: a\xFF\r\n").starts_with("3:8: the byte 0xFF"));
  CHECK(problems_in("allot: 1\r# x\r\rkind: a\xFF\r\n").starts_with("4:8: the byte 0xFF"));
  CHECK(problems_in("allot: 1\n# \xE2\x82\xAC\xF0\x9F\x8F\xA0 12345678901234567890 \xFF\n").starts_with("2:27: "));
}

TEST_CASE("the size of the pieces that are read makes no difference") {
  const std::string text = "allot: 1\r\nkind: \xE2\x82\xAC\xF0\x9F\x8F\xA0\ngroups: {\xC3\xA9: {}}\nusers: {}\n";
  for (std::size_t piece = 1; piece < 9; ++piece) {
    const Document document = read_inputs({make_input("a", text, piece)});
    CHECK(patch_of(document, 0).kind.value == "\xE2\x82\xAC\xF0\x9F\x8F\xA0");
    CHECK(document.groups[1].name == "\xC3\xA9");
  }
}

TEST_CASE("an input that cannot be read is a problem at that position; other exceptions pass through") {
  const Input unreadable{"dir", [](char*, std::size_t) -> std::size_t {
                           throw Error::invalid_input("cannot read \"dir\": is a directory");
                         }};
  try {
    read_inputs({unreadable, make_input("b.yaml", "allot: 3\n")});
    FAIL("it was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_input);
    REQUIRE(error.problems().size() == 2);
    CHECK(error.problems()[0].message == "cannot read \"dir\": is a directory");
    CHECK(error.problems()[1].file == "b.yaml");
  }
  const Input broken{"x", [](char*, std::size_t) -> std::size_t { throw std::length_error{"no"}; }};
  CHECK_THROWS_AS(read_inputs({broken}), std::length_error);
}

TEST_CASE("at most 1000 problems are listed, the first by position; all are counted") {
  std::string text = "allot: 1\nusers:\n";
  for (int i = 0; i < 3000; ++i) text += "  bad" + std::to_string(i) + ": {}\n";
  text += "licenses: {m: {lift: 3}}\n";
  try {
    read({text});
    FAIL("it was read");
  } catch (const Error& error) {
    CHECK(error.problems_total() == 3001);
    REQUIRE(error.problems().size() == 1000);
    CHECK(error.problems().front().line == 3);
    CHECK(error.problems().back().line == 1002);
  }
  try {
    read({"allot: 1\nlicenses: {m: {lift: 3}}\n" + text.substr(9, text.size() - 9 - 25)});
    FAIL("it was read");
  } catch (const Error& error) {
    CHECK(error.problems().front().message.starts_with("unknown key \"lift\""));
    CHECK(error.problems().front().line == 2);
    CHECK(error.problems().back().line == 1002);
  }
}

}  // namespace
}  // namespace allot::reading
