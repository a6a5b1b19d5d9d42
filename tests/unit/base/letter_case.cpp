#include "libcore/base/letter_case.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

namespace allot {
namespace {

std::string utf8(char32_t c) {
  if (c < 0x80) return {static_cast<char>(c)};
  const auto part = [&](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), part(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | (c >> 12)), part(6), part(0)};
  return {static_cast<char>(0xF0 | (c >> 18)), part(12), part(6), part(0)};
}

}  // namespace

TEST_CASE("texts that differ only in case fold to the same text") {
  CHECK(fold_case("GRÖSSE") == "grösse");
  CHECK(fold_case("ДІМ") == "дім");
  CHECK(fold_case("ΟΔΟΣ") == fold_case("οδος"));
  CHECK(fold_case("ΟΔΟΣ") == fold_case("οδοσ"));
  CHECK(fold_case("Ａ") == "ａ");
  CHECK(fold_case("北京 نسيم") == "北京 نسيم");
  CHECK(starts_with_any_case("Größe", "GRÖ"));
  CHECK_FALSE(starts_with_any_case("Größe", "GRO"));
  CHECK(starts_with_any_case("x", ""));
}

TEST_CASE("the variants of a character are all characters of Unicode that fold to the same") {
  std::map<std::string, std::vector<std::string>> by_folded;
  for (char32_t c = 1; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    by_folded[fold_case(utf8(c))].push_back(utf8(c));
  }
  int wrong = 0;
  for (auto& [folded, characters] : by_folded) {
    if (characters.size() == 1 && characters[0] == folded) continue;
    for (const std::string& character : characters) {
      std::vector<std::string> variants = case_variants(character);
      std::sort(variants.begin(), variants.end());
      wrong += variants != characters;
    }
  }
  CHECK(wrong == 0);
  CHECK(case_variants("7") == std::vector<std::string>{"7"});
}

TEST_CASE("what two texts begin with ends with a whole character") {
  CHECK(common_start("/nord", "/north") == "/nor");
  CHECK(common_start("дім", "дід") == "ді");
  CHECK(common_start("дім", "дї") == "д");  // the first bytes of the second characters are equal
  CHECK(common_start("a", "b").empty());
  CHECK(common_start("ab", "a") == "a");
}

TEST_CASE("a search finds texts in another case or composition") {
  CHECK(fold_for_search("Südwind GmbH") == fold_for_search("SÜDWIND gmbh"));
  CHECK(fold_for_search("КИЇВ") == fold_for_search("київ"));
  CHECK(fold_for_search("Straße") == fold_for_search("STRASSE"));
  CHECK(fold_for_search("e\u0301") == fold_for_search("\u00C9"));
  CHECK(fold_for_search("北") != fold_for_search("南"));
  CHECK(fold_for_search("").empty());
}

}  // namespace allot
