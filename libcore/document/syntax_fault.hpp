#pragma once

#include <string>
#include <string_view>

#include "libcore/document/document.hpp"

namespace allot {

/// The reason why the YAML parser failed, in its own words.
struct SyntaxFault {
  std::string_view problem;
  std::string_view context;  ///< what the parser was reading; may be empty
  Mark at;                   ///< where it failed
  Mark context_at;           ///< where the context began
  char character = '\0';     ///< the byte at which it failed
};

/// Returns the place where an author should look for `fault`.
const Mark& place_of(const SyntaxFault& fault);

/// Returns the message for `fault`, with a remedy.
std::string describe(const SyntaxFault& fault);

}  // namespace allot
