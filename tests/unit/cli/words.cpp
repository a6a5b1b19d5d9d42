#include <doctest/doctest.h>

#include "cli/partial_line.hpp"
#include "cli/shell_words.hpp"
#include "libcore/base/error.hpp"

using namespace allot::cli;

using Words = std::vector<std::string>;

TEST_CASE("a line splits into words as a shell splits it, and nothing is expanded") {
  CHECK(split_words("group add /a  --kind site") == Words{"group", "add", "/a", "--kind", "site"});
  CHECK(split_words("user add '/a b' \"x y\" z\\ w") == Words{"user", "add", "/a b", "x y", "z w"});
  CHECK(split_words("a 'it''s' \"say \\\"hi\\\"\" ''") == Words{"a", "its", "say \"hi\"", ""});
  CHECK(split_words("a $HOME `b` * ~") == Words{"a", "$HOME", "`b`", "*", "~"});
  CHECK(split_words("a # the rest is a comment") == Words{"a"});
  CHECK(split_words("a#b 'c # d'") == Words{"a#b", "c # d"});
  CHECK(split_words("   # nothing else").empty());
  CHECK(split_words("a\t\"\\n\"\r") == Words{"a", "\\n"});
}

TEST_CASE("an unterminated quote is refused") {
  CHECK_THROWS_AS(split_words("a 'b"), allot::Error);
  CHECK_THROWS_AS(split_words("a \"b"), allot::Error);
  CHECK_THROWS_AS(split_words("a \\"), allot::Error);
}

TEST_CASE("an unfinished line yields the word at the cursor") {
  const PartialLine plain = split_partial("allot state /no");
  CHECK(plain.words == Words{"allot", "state"});
  CHECK(plain.current == "/no");
  const PartialLine quoted = split_partial("allot state \"/north t");
  CHECK(quoted.current == "/north t");
  CHECK(quoted.quote == '"');
  const PartialLine broken = split_partial("allot user show bob@x");
  CHECK(broken.current == "bob@x");
  CHECK(split_partial("allot state ").current.empty());
}

TEST_CASE("an unfinished line is split by the rules of its shell") {
  CHECK(split_partial(R"(allot state 'a\b)").current == R"(a\b)");
  CHECK(split_partial(R"(allot state "a\b\$c)").current == R"(a\b$c)");
  CHECK(split_partial(R"(allot state "a"'!'"b)").current == "a!b");
  CHECK(split_partial(R"(allot state "a\!b)").current == R"(a\!b)");
  CHECK(split_partial(R"(allot state "a\!b)", ShellKind::zsh).current == "a!b");
  CHECK(split_partial(R"(allot state 'a\'b)", ShellKind::fish).current == "a'b");
  CHECK(split_partial(R"(allot state "a\`b)", ShellKind::fish).current == R"(a\`b)");
}

TEST_CASE("a completed word reads back as itself") {
  for (const std::string word : {"/north tower", "it's", "a\"b", "$x`y`", "a\\b", "(c)", "Київ", "hey!"}) {
    CHECK(split_words(quote_for_bash(word, '\0')) == Words{word});
    CHECK(split_words('"' + quote_for_bash(word, '"') + '"') == Words{word});
    CHECK(split_words('\'' + quote_for_bash(word, '\'') + '\'') == Words{word});
  }
}
