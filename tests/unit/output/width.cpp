#include "cli/output/width.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

TEST_CASE("display width counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("north") == 5);
  CHECK(display_width("Zürich") == 6);
  CHECK(display_width("北楼") == 4);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("\u0301") == 0);
  CHECK(display_width("😀") == 2);
  CHECK(display_width("├─ …█░") == 6);
  CHECK(display_width("\u200b") == 0);
  CHECK(display_width("한국") == 4);
}

TEST_CASE("display width accepts control characters and invalid text") {
  CHECK(display_width(std::string_view{"a\0b", 3}) == 2);
  CHECK(display_width("a\x1b[b") == 3);
  CHECK(display_width("a\xff"
                      "b") == 3);
  CHECK(display_width("\xe5\x8c") <= 2);
}

TEST_CASE("printable ASCII needs neither escapes nor width tables") {
  CHECK(is_printable_ascii(""));
  CHECK(is_printable_ascii(" /north/apt 12~"));
  for (const char* text : {"a\tb", "\x1b", "\x7f", "ü", "\xff"}) CHECK_FALSE(is_printable_ascii(text));
}

TEST_CASE("fit truncates at the end") {
  CHECK(fit("tower", 5) == "tower");
  CHECK(fit("towers", 5) == "towe…");
  CHECK(fit("towers", 1) == "…");
  CHECK(fit("towers", 0) == "towers");
  CHECK(fit("", 3) == "");
}

TEST_CASE("fit never splits a wide character and keeps marks with their letter") {
  CHECK(fit("北楼三层", 5) == "北楼…");
  CHECK(fit("北楼三层", 4) == "北…");
  CHECK(fit("北楼", 2) == "…");
  CHECK(fit("cafe\u0301s au lait", 5) == "cafe\u0301…");
  CHECK(fit("cafe\u0301s au lait", 4) == "caf…");
  CHECK(fit("e\u0301", 1) == "e\u0301");
}

TEST_CASE("fit keeps a joined emoji whole") {
  const std::string family = "👩\u200d👧";
  CHECK(fit(family + "abc", 6) == family + "a…");
  CHECK(fit(family + "abc", 5) == family + "…");
  CHECK(fit(family + "abc", 4) == "…");
  CHECK(fit("🇨🇭🇩🇪ab", 4) == "🇨🇭…");
  CHECK(fit("🇨🇭🇩🇪ab", 5) == "🇨🇭🇩🇪…");
  CHECK(fit("🇨🇭🇩🇪ab", 2) == "…");
}

using Lines = std::vector<std::string>;

TEST_CASE("words are wrapped at spaces, else after punctuation, else anywhere") {
  CHECK(wrap_words("yearly contract", 15) == Lines{"yearly contract"});
  CHECK(wrap_words("yearly contract", 14) == Lines{"yearly", "contract"});
  CHECK(wrap_words("ukey2, face-id", 8) == Lines{"ukey2,", "face-id"});
  CHECK(wrap_words("ann@north.example", 10) == Lines{"ann@", "north.exam", "ple"});
  CHECK(wrap_words("北楼三层", 4) == Lines{"北楼", "三层"});
  CHECK(wrap_words("e\u0301e\u0301e\u0301", 2) == Lines{"e\u0301e\u0301", "e\u0301"});
  CHECK(wrap_words("", 5) == Lines{""});
  CHECK(wrap_words("any width", 0) == Lines{"any width"});
}

TEST_CASE("paths are wrapped before a slash and indented") {
  CHECK(wrap_path("/north/tower-a/floor 3/apt 12", 20) == Lines{"/north/tower-a", "  /floor 3/apt 12"});
  CHECK(wrap_path("  floor/apartment", 12) == Lines{"  floor", "    /apartme", "    nt"});
  CHECK(wrap_path("├─ Hafenblick Technik", 18) == Lines{"├─ Hafenblick", "│    Technik"});
}

TEST_CASE("the longest word is what is not broken") {
  CHECK(longest_word("base-2026, base-2027") == 5);
  CHECK(longest_word("ann@north.example") == 13);
  CHECK(longest_word("") == 0);
}

TEST_CASE("truncated text is never wider than requested and stays valid UTF-8") {
  const std::vector<std::string> pieces{"a", "/", "B7", "楼", "e\u0301", "😀", "\u0301", "👩\u200d👧", " ", "🇨🇭", "ก็"};
  std::mt19937 random{7};
  for (int round = 0; round < 3000; ++round) {
    std::string text = random() % 2 == 0 ? "/" : "";
    for (auto left = random() % 30; left > 0; --left) text += pieces[random() % pieces.size()];
    const std::size_t width = 1 + random() % 40;
    const std::string cut = fit(text, width);
    CAPTURE(text);
    CAPTURE(width);
    CHECK(display_width(cut) <= width);
    CHECK(is_utf8(cut));
    CHECK((cut == text) == (display_width(text) <= width));
  }
}

TEST_CASE("the longest possible path is wrapped without delay") {
  std::string path;
  for (int depth = 0; depth < 256; ++depth) path += "/" + std::string(255, 'x');
  CHECK(wrap_path(path, 600).size() == 128);
}

}  // namespace
}  // namespace allot::cli
