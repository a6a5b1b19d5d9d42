#include "libcore/model/language.hpp"

#include <algorithm>

namespace allot {

std::optional<Language> Language::parse(std::string_view text) {
  Language language;
  const bool fits = text.size() == 2 || text.size() == 3;
  if (!fits || !std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; })) {
    return std::nullopt;
  }
  std::copy(text.begin(), text.end(), language.letters_.begin());
  return language;
}

std::optional<std::string> find_fault_in_language(std::string_view text) {
  if (Language::parse(text)) return std::nullopt;
  return "is not two or three letters a-z, such as en or uk";
}

}  // namespace allot
