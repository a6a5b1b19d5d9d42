#include "libcore/template/plural.hpp"

#include <doctest/doctest.h>

#include <string>

namespace allot {
namespace {

std::string forms_of(std::string_view language, std::initializer_list<std::int64_t> numbers) {
  std::string forms;
  for (const std::int64_t number : numbers) {
    forms += kPluralWords[static_cast<std::size_t>(plural_of(language, number))];
    forms += ' ';
  }
  return forms;
}

TEST_CASE("plural forms in English, which other languages have too") {
  for (const char* language : {"en", "de", "haw", ""}) {
    CHECK(forms_of(language, {0, 1, 2, 5, 11, 21, 101}) == "other one other other other other other ");
  }
}

TEST_CASE("plural forms in Ukrainian, Belarusian and Russian") {
  for (const char* language : {"uk", "be", "ru"}) {
    CHECK(forms_of(language, {1, 21, 31, 101, 121, 1001}) == "one one one one one one ");
    CHECK(forms_of(language, {2, 3, 4, 22, 24, 102, 134}) == "few few few few few few few ");
    CHECK(forms_of(language, {0, 5, 9, 10, 20, 25, 100}) == "many many many many many many many ");
    CHECK(forms_of(language, {11, 12, 13, 14, 15, 19, 111, 112, 1011}) ==
          "many many many many many many many many many ");
  }
}

TEST_CASE("plural forms in Polish, Czech and Slovak") {
  CHECK(forms_of("pl", {0, 1, 2, 4, 5, 12, 21, 22, 112}) == "many one few few many many many few many ");
  for (const char* language : {"cs", "sk"}) {
    CHECK(forms_of(language, {0, 1, 2, 4, 5, 22, 102}) == "other one few few other other other ");
  }
}

}  // namespace
}  // namespace allot
