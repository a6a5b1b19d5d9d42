#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace allot {

/// The language of mails, such as `uk`: two or three letters a-z, or none; allot-rules(7), Language. It takes four
/// bytes, as every group and membership has one.
class Language {
 public:
  Language() = default;

  /// Parses a language; nothing if `text` is not two or three letters a-z.
  static std::optional<Language> parse(std::string_view text);

  bool is_empty() const { return letters_[0] == '\0'; }

  /// Returns the letters; valid as long as this object.
  std::string_view text() const { return letters_.data(); }

  bool operator==(const Language&) const = default;
  auto operator<=>(const Language&) const = default;

 private:
  std::array<char, 4> letters_{};  // the rest is 0
};

/// The language of mails without any other, and of the texts that another language lacks.
inline constexpr std::string_view kEnglish = "en";

inline Language english() { return *Language::parse(kEnglish); }

/// Returns why `text` is not a language; else nothing.
std::optional<std::string> find_fault_in_language(std::string_view text);

}  // namespace allot
