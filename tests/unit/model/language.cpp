#include "libcore/model/language.hpp"

#include <doctest/doctest.h>

namespace allot {
namespace {

TEST_CASE("a language is two or three letters a-z") {
  for (const char* text : {"en", "uk", "haw", "no"}) {
    const auto language = Language::parse(text);
    REQUIRE(language.has_value());
    CHECK(language->text() == text);
    CHECK(!language->is_empty());
    CHECK(!find_fault_in_language(text));
  }
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv, "e"sv, "engl"sv, "EN"sv, "eN"sv, "e1"sv, "e-n"sv, " en"sv, "en "sv,
                                      "\xD1\x83"sv, "en\0"sv, "\0en"sv, "en\n"sv}) {
    CHECK(!Language::parse(text));
    CHECK(find_fault_in_language(text).has_value());
  }
}

TEST_CASE("no language") {
  CHECK(Language{}.is_empty());
  CHECK(Language{}.text().empty());
  CHECK(Language{} != english());
  CHECK(english().text() == kEnglish);
}

}  // namespace
}  // namespace allot
