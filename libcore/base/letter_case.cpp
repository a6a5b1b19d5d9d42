#include "libcore/base/letter_case.hpp"

#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace allot {
namespace {

const std::uint8_t* octets_of(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

ucs4_t read_character(std::string_view text) {
  ucs4_t c = 0;
  u8_mbtouc(&c, octets_of(text), text.size());
  return c;
}

std::string write_character(ucs4_t c) {
  std::array<std::uint8_t, 6> bytes{};
  const int length = u8_uctomb(bytes.data(), c, bytes.size());
  return {reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(std::max(length, 0))};
}

/// Upper case first, as Greek has two lower-case forms of sigma.
ucs4_t fold_character(ucs4_t c) { return uc_tolower(uc_toupper(c)); }

/// The characters that are neither a folded character nor its upper or title case.
constexpr ucs4_t kOthers[] = {0xB5,   0x130,  0x131,  0x17F,  0x345,  0x3C2,  0x3D0,  0x3D1,  0x3D5,  0x3D6,
                              0x3F0,  0x3F1,  0x3F4,  0x3F5,  0x1C80, 0x1C81, 0x1C82, 0x1C83, 0x1C84, 0x1C85,
                              0x1C86, 0x1C87, 0x1C88, 0x1E9B, 0x1E9E, 0x1FBE, 0x2126, 0x212A, 0x212B};

}  // namespace

std::vector<std::string_view> split_characters(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    ucs4_t c = 0;
    const auto length = static_cast<std::size_t>(u8_mbtouc(&c, octets_of(text), text.size()));
    characters.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return characters;
}

std::string fold_case(std::string_view text) {
  std::string folded;
  for (const std::string_view character : split_characters(text))
    folded += write_character(fold_character(read_character(character)));
  return folded;
}

std::string fold_for_search(std::string_view text) {
  std::size_t size = 0;
  std::uint8_t* const folded = u8_casefold(octets_of(text), text.size(), nullptr, UNINORM_NFC, nullptr, &size);
  if (folded == nullptr) return fold_case(text);
  std::string result{reinterpret_cast<const char*>(folded), size};
  std::free(folded);
  return result;
}

bool starts_with_any_case(std::string_view text, std::string_view start) {
  return fold_case(text).starts_with(fold_case(start));
}

std::vector<std::string> case_variants(std::string_view character) {
  const ucs4_t c = read_character(character);
  const ucs4_t folded = fold_character(c);
  std::vector<ucs4_t> variants{folded};
  const auto add = [&](ucs4_t variant) {
    if (fold_character(variant) == folded && std::find(variants.begin(), variants.end(), variant) == variants.end())
      variants.push_back(variant);
  };
  for (const ucs4_t variant : {c, uc_toupper(folded), uc_totitle(folded)}) add(variant);
  for (const ucs4_t other : kOthers) add(other);
  std::vector<std::string> texts;
  for (const ucs4_t variant : variants) texts.push_back(write_character(variant));
  return texts;
}

std::string_view common_start(std::string_view a, std::string_view b) {
  std::size_t length = 0;
  for (const std::string_view character : split_characters(a)) {
    if (b.substr(length, character.size()) != character) break;
    length += character.size();
  }
  return a.substr(0, length);
}

}  // namespace allot
