#include <cstdint>

#include "libcore/query/view.hpp"

namespace allot {

std::vector<std::vector<Holding>> View::holdings(const Path& path, std::optional<std::size_t> depth, Day day) {
  HoldingCount count{catalogue().counted().size(), day};
  walk(path, std::nullopt, [&](const AncestorPath& each) { count.add(each); });
  return count.finish(depth.value_or(SIZE_MAX));
}

}  // namespace allot
