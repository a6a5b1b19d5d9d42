#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace allot {

/// A sorted set of ids, stored as ranges; it is small if most ids are consecutive.
class IdRanges {
 public:
  /// The half-open range of ids from `first` to `end`.
  struct Range {
    std::int64_t first = 0;
    std::int64_t end = 0;
  };

  IdRanges() = default;

  /// Creates the set of `ids`, which may be in any order.
  explicit IdRanges(std::vector<std::int64_t> ids);

  /// Adds an id; in constant time if it follows the last.
  void add(std::int64_t id);

  /// Adds a range that begins after all others.
  void add_range(const Range& range) { ranges_.push_back(range); }

  bool contains(std::int64_t id) const;
  bool is_empty() const { return ranges_.empty(); }
  std::int64_t size() const;
  const std::vector<Range>& ranges() const { return ranges_; }

 private:
  std::vector<Range> ranges_;
};

}  // namespace allot
