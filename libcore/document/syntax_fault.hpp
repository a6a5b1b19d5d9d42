#pragma once

#include <string>
#include <string_view>

#include "libcore/document/document.hpp"

namespace allot {

/// Why the YAML parser gave up, in its own words.
struct SyntaxFault {
  std::string_view problem;
  std::string_view context;  ///< what it was reading; may be empty
  Mark at;                   ///< where it gave up
  Mark context_at;           ///< where what it was reading began
  char character = '\0';     ///< the byte that it gave up at
};

/// The place where an author should look for `fault`.
const Mark& place_of(const SyntaxFault& fault);

/// `fault` in words for authors, with what to do.
std::string describe(const SyntaxFault& fault);

}  // namespace allot
