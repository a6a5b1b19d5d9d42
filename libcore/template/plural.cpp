#include "libcore/template/plural.hpp"

#include <algorithm>

namespace allot {
namespace {

template <std::size_t N>
bool is_among(std::string_view language, const std::array<std::string_view, N>& languages) {
  return std::find(languages.begin(), languages.end(), language) != languages.end();
}

constexpr std::array<std::string_view, 3> kEastSlavic{"be", "ru", "uk"};
constexpr std::array<std::string_view, 2> kCzech{"cs", "sk"};

}  // namespace

Plural plural_of(std::string_view language, std::int64_t number) {
  const bool is_teen = number % 100 / 10 == 1;
  const bool ends_in_few = !is_teen && number % 10 >= 2 && number % 10 <= 4;
  if (is_among(language, kEastSlavic)) {
    if (!is_teen && number % 10 == 1) return Plural::one;
    return ends_in_few ? Plural::few : Plural::many;
  }
  if (number == 1) return Plural::one;
  if (language == "pl") return ends_in_few ? Plural::few : Plural::many;
  if (is_among(language, kCzech) && number >= 2 && number <= 4) return Plural::few;
  return Plural::other;
}

}  // namespace allot
