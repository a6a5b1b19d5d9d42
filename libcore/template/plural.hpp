#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace allot {

/// The forms of a noun beside a number, as CLDR names them.
enum class Plural : std::uint8_t { one, few, many, other };
inline constexpr std::array<std::string_view, 4> kPluralWords{"one", "few", "many", "other"};

/// Returns the form for a number, which is not negative, in a language; allot-template(1), Plurals. A language without
/// a rule of its own has the rule of English.
Plural plural_of(std::string_view language, std::int64_t number);

}  // namespace allot
