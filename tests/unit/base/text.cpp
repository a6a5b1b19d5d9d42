#include "libcore/base/text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace allot {
namespace {

TEST_CASE("UTF-8 is well-formed without surrogates and overlong forms") {
  for (const char* text : {"", "abc", "Zürich", "北楼", "😀", "\xF4\x8F\xBF\xBF"}) CHECK_MESSAGE(is_utf8(text), text);
  for (const char* text : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xFF",
                           "\xE5\x8C", "\xF8\x88\x80\x80\x80"}) {
    CHECK_FALSE(is_utf8(text));
  }
}

TEST_CASE("a name of a group or licence") {
  for (const char* text : {"a", "north", "Tower A", "...", "a.b", "-", "*", "北楼", "#1", "no", "e\u0301"}) {
    CHECK_MESSAGE(!find_fault_in_name(text), text);
  }
  CHECK(find_fault_in_name("") == "is empty");
  CHECK(find_fault_in_name(".") == "is reserved");
  CHECK(find_fault_in_name("..") == "is reserved");
  CHECK(find_fault_in_name("a/b") == "contains '/'");
  CHECK(find_fault_in_name("/") == "contains '/'");
  CHECK(find_fault_in_name("a\nb") == "contains the control character U+000A");
  CHECK(find_fault_in_name(std::string_view{"a\0b", 3}) == "contains the control character U+0000");
  CHECK(find_fault_in_name("a\u0085") == "contains the control character U+0085");
  CHECK(find_fault_in_name("\x7F") == "contains the control character U+007F");
  CHECK(find_fault_in_name("a\xFF") == "is not valid UTF-8");
  for (const char* text : {" a", "a ", " ", "\u00A0a", "a\u3000", "\u2028"}) {
    CHECK_MESSAGE(find_fault_in_name(text) == "starts or ends with white space", text);
  }
  CHECK_FALSE(find_fault_in_name("a\u00A0b"));
  CHECK_FALSE(find_fault_in_name(std::string(kNameBytes, 'x')));
  CHECK(find_fault_in_name(std::string(kNameBytes + 1, 'x')) == "is longer than 255 bytes");
}

TEST_CASE("every bidirectional-formatting character is refused, its neighbours are not") {
  for (const char* text : {"a\u061Cb", "a\u200Eb", "a\u200Fb", "a\u202Ab", "a\u202Bb", "a\u202Cb", "a\u202Db",
                           "a\u202Eb", "a\u2066b", "a\u2067b", "a\u2068b", "a\u2069b"}) {
    CHECK(find_fault_in_name(text));
    CHECK(find_fault_in_text(text));
    CHECK(find_fault_in_email(std::string{text} + "@x.example"));
  }
  CHECK(find_fault_in_text("\u202E") == "contains the bidirectional-formatting character U+202E");
  for (const char* text : {"a\u061Bb", "a\u200Db", "a\u2010b", "a\u2029b", "a\u2065b"})
    CHECK_FALSE(find_fault_in_text(text));
}

TEST_CASE("free text") {
  for (const char* text : {"", " ", "a/b", "..", " padded ", "Åse"}) CHECK_MESSAGE(!find_fault_in_text(text), text);
  CHECK(find_fault_in_text("a\tb") == "contains the control character U+0009");
  CHECK(find_fault_in_text("\x80") == "is not valid UTF-8");
  CHECK_FALSE(find_fault_in_text(std::string(255, 'x')));
  CHECK(find_fault_in_text(std::string(256, 'x')) == "is longer than 255 bytes");
}

TEST_CASE("an e-mail") {
  for (const char* text : {"a@b", "Ann.Lee+x@north.example", "ünï@bücher.example", "'@x", "a@[b"}) {
    CHECK_MESSAGE(find_fault_in_email(text).has_value() == (std::string_view{text} == "a@[b"), text);
  }
  CHECK(find_fault_in_email("") == "is shorter than 3 bytes");
  CHECK(find_fault_in_email("a@") == "is shorter than 3 bytes");
  CHECK(find_fault_in_email("abc") == "has no '@'");
  CHECK(find_fault_in_email("@bc") == "has nothing on one side of '@'");
  CHECK(find_fault_in_email("ab@") == "has nothing on one side of '@'");
  CHECK(find_fault_in_email("a@b@c") == "has more than one '@'");
  CHECK(find_fault_in_email("a@@") == "has more than one '@'");
  for (const char c : std::string_view{"<>,;:\"()[]\\"}) {
    const std::string text = std::string{"a"} + c + "@b";
    CHECK_MESSAGE(find_fault_in_email(text) == std::string{"contains '"} + c + '\'', text);
  }
  for (const char* text : {"a b@c", " a@b", "a@b ", "a\u00A0@b", "a@\u2003b"}) {
    CHECK_MESSAGE(find_fault_in_email(text) == "contains white space", text);
  }
  CHECK(find_fault_in_email("a\n@b") == "contains the control character U+000A");
  CHECK(find_fault_in_email("a\xFF@b") == "is not valid UTF-8");
  CHECK_FALSE(find_fault_in_email(std::string(kEmailBytes - 2, 'x') + "@b"));
  CHECK(find_fault_in_email(std::string(kEmailBytes - 1, 'x') + "@b") == "is longer than 254 bytes");
}

TEST_CASE("a number is plain digits") {
  CHECK(parse_number("0") == 0);
  CHECK(parse_number("7") == 7);
  CHECK(parse_number("2147483647") == kLargestCount);
  CHECK(parse_number("3650", 3650) == 3650);
  CHECK(parse_number("999999999999999999", INT64_MAX) == 999999999999999999);
  for (const char* text : {"", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "1e3", "0x1", "1_000", "2147483648",
                           "99999999999999999999", "18446744073709551617", "\xD9\xA1"}) {
    CHECK_MESSAGE(!parse_number(text), text);
  }
  CHECK_FALSE(parse_number("3651", 3650));
  CHECK(parse_number("9223372036854775807", INT64_MAX) == INT64_MAX);
  CHECK_FALSE(parse_number("9223372036854775808", INT64_MAX));
  CHECK_FALSE(parse_number("09223372036854775807", INT64_MAX));
  CHECK(parse_number("0", 0) == 0);
  CHECK_FALSE(parse_number(std::string_view{"1\0", 2}));
}

TEST_CASE("only ASCII letters are folded") {
  CHECK(fold_ascii("") == "");
  CHECK(fold_ascii("AzZ@[`{") == "azz@[`{");
  CHECK(fold_ascii("ÄÖ") == "ÄÖ");
}

TEST_CASE("quoting escapes terminal control sequences") {
  CHECK(quote("") == "\"\"");
  CHECK(quote("Åse") == "\"Åse\"");
  CHECK(quote("a\"b\\c") == R"("a\"b\\c")");
  CHECK(quote("\t\n\r") == R"("\t\n\r")");
  CHECK(quote("\x1b[2J") == R"("\u001B[2J")");
  CHECK(quote("\u202E\u0085\x7F") == R"("\u202E\u0085\u007F")");
  CHECK(quote(std::string_view{"a\0b", 3}) == R"("a\u0000b")");
  CHECK(quote("\xFF\xE5\x8C") == R"("\xFF\xE5\x8C")");
}

TEST_CASE("long text is truncated between characters") {
  CHECK(quote(std::string(80, 'x')) == '"' + std::string(80, 'x') + '"');
  const std::string cut = quote(std::string(1000, 'x'));
  CHECK(cut == '"' + std::string(80, 'x') + "...\" (1000 bytes)");
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "北";
  CHECK(is_utf8(quote(wide)));
  CHECK(quote(wide).ends_with("...\" (300 bytes)"));
}

TEST_CASE("escaping does not change other text") {
  CHECK(escape_for_terminal("a\"b\\ Åse 😀") == "a\"b\\ Åse 😀");
  CHECK(escape_for_terminal("\x1b]0;x\x07") == R"(\u001B]0;x\u0007)");
  CHECK(escape_for_terminal("a\u2066\n\xC0") == R"(a\u2066\n\xC0)");
  CHECK(escape_for_terminal(std::string(200, 'x')) == std::string(200, 'x'));
}

TEST_CASE("the nearest candidate is a plausible one") {
  const std::vector<std::string> keys{"kind", "restriction", "licenses", "users", "groups"};
  CHECK(find_nearest("restricton", keys) == "restriction");
  CHECK(find_nearest("licences", keys) == "licenses");
  CHECK(find_nearest("LICENSES", keys) == "licenses");
  CHECK(find_nearest("uesrs", keys) == "users");
  CHECK(find_nearest("kin", keys) == "kind");
  CHECK_FALSE(find_nearest("zebra", keys));
  CHECK_FALSE(find_nearest("", keys));
  CHECK_FALSE(find_nearest("kind", {}));
  CHECK_FALSE(find_nearest(std::string(65, 'k'), {std::string(65, 'k')}));
  CHECK(find_nearest("cat", {"bat", "cat"}) == "cat");
  CHECK(find_nearest("--js", {"--db", "--sip", "--json"}) == "--json");
  CHECK(find_nearest("--re", {"--recursive", "--r", "--restriction"}) == "--recursive");
  CHECK_FALSE(find_nearest("--js", {"--db"}));
  CHECK_FALSE(find_nearest("a", {"b", "abc"}));
  CHECK_FALSE(find_nearest("я", {"ю"}));
  CHECK_FALSE(find_nearest("--", {"--db"}));
  CHECK(find_nearest("ab", {"b"}) == "b");
}

TEST_CASE("a word that resembles no candidate has no nearest candidate") {
  const std::vector<std::string> commands{"init",  "group",  "license", "user",  "state",      "catalog", "import",
                                          "diff",  "export", "batch",   "log",   "undo",       "remind",  "template",
                                          "check", "backup", "restore", "shell", "completion", "help"};
  for (const char* word : {"search", "find", "remove", "status-of", "show", "list", "delete", "print", "x", "zz"}) {
    CHECK_MESSAGE(!find_nearest(word, commands), word << " is not " << find_nearest(word, commands).value_or(""));
  }
  for (const auto& pair : std::vector<std::pair<const char*, const char*>>{{"grup", "group"},
                                                                           {"gruop", "group"},
                                                                           {"licence", "license"},
                                                                           {"sate", "state"},
                                                                           {"status", "state"},
                                                                           {"catalogue", "catalog"},
                                                                           {"exprt", "export"},
                                                                           {"bacth", "batch"},
                                                                           {"lgo", "log"},
                                                                           {"temlpate", "template"},
                                                                           {"chek", "check"},
                                                                           {"compl", "completion"},
                                                                           {"users", "user"},
                                                                           {"undoo", "undo"},
                                                                           {"hepl", "help"}}) {
    CHECK_MESSAGE(find_nearest(pair.first, commands) == pair.second, pair.first);
  }
}

TEST_CASE("a number is followed by its noun") {
  CHECK(count_of(0, "group") == "0 groups");
  CHECK(count_of(1, "group") == "1 group");
  CHECK(count_of(2, "group") == "2 groups");
}

}  // namespace
}  // namespace allot
