#include "libcore/model/scope.hpp"

#include <algorithm>

namespace allot {

Scope::Scope(std::vector<Entry> entries) : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  });
  const auto is_same_group = [](const Entry& a, const Entry& b) { return a.first == b.first; };
  entries_.erase(std::unique(entries_.begin(), entries_.end(), is_same_group), entries_.end());
}

AccessLevel Scope::access_in(std::int64_t group, AccessLevel above) const {
  if (is_full_ || above == AccessLevel::administer) return AccessLevel::administer;
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), group,
                                      [](const Entry& entry, std::int64_t row) { return entry.first < row; });
  if (found == entries_.end() || found->first != group) return above;
  return std::max(above, found->second);
}

}  // namespace allot
