#include "libcore/document/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>

#include "libcore/base/text.hpp"

namespace allot {

std::string describe_unknown_key(std::string_view key, const KeySet& keys, const std::vector<std::string>& more) {
  constexpr std::size_t kMostTold = 24;
  std::vector<std::string> known{keys.words.begin(), keys.words.end()};
  known.insert(known.end(), more.begin(), more.end());
  if (const auto nearest = find_nearest(key, known)) {
    return fmt::format("unknown key {} in {}; did you mean {}?", quote(key), keys.place, quote(*nearest));
  }
  const bool is_long = known.size() > kMostTold;
  if (is_long) known.resize(kMostTold);
  return fmt::format("unknown key {} in {}; known are {}{}", quote(key), keys.place, fmt::join(known, ", "),
                     is_long ? " ..." : "");
}

}  // namespace allot
