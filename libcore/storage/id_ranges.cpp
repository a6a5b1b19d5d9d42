#include "libcore/storage/id_ranges.hpp"

#include <algorithm>

namespace allot {

IdRanges::IdRanges(std::vector<std::int64_t> ids) {
  std::sort(ids.begin(), ids.end());
  for (const std::int64_t id : ids) add(id);
}

void IdRanges::add(std::int64_t id) {
  if (ranges_.empty() || ranges_.back().end < id) {
    ranges_.push_back({id, id + 1});
    return;
  }
  if (ranges_.back().end == id) {
    ++ranges_.back().end;
    return;
  }
  if (contains(id)) return;
  auto next = std::upper_bound(ranges_.begin(), ranges_.end(), id,
                               [](std::int64_t value, const Range& range) { return value < range.first; });
  const bool joins_next = next != ranges_.end() && next->first == id + 1;
  const bool joins_previous = next != ranges_.begin() && (next - 1)->end == id;
  if (joins_next && joins_previous) {
    (next - 1)->end = next->end;
    ranges_.erase(next);
  } else if (joins_next) {
    next->first = id;
  } else if (joins_previous) {
    (next - 1)->end = id + 1;
  } else {
    ranges_.insert(next, {id, id + 1});
  }
}

bool IdRanges::contains(std::int64_t id) const {
  const auto next = std::upper_bound(ranges_.begin(), ranges_.end(), id,
                                     [](std::int64_t value, const Range& range) { return value < range.first; });
  return next != ranges_.begin() && id < (next - 1)->end;
}

std::int64_t IdRanges::size() const {
  std::int64_t size = 0;
  for (const Range& range : ranges_) size += range.end - range.first;
  return size;
}

}  // namespace allot
