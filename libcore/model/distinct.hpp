#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "libcore/model/rows.hpp"

namespace allot {

/// Hashes numbers to 32 bits.
class Hasher {
 public:
  void add(std::uint64_t value) {
    state_ = (state_ ^ value) * 0x9E3779B97F4A7C15ULL;
    state_ ^= state_ >> 29;
  }
  std::uint32_t result() const { return static_cast<std::uint32_t>(state_ >> 32); }

 private:
  std::uint64_t state_ = 0;
};

/// Finds equal values of a table, so that each is stored once: open addressing over the table's own rows, 8 bytes a
/// row.
template <typename T>
class DistinctIndex {
 public:
  DistinctIndex() : slots_(kSmallest, kFree) {}

  /// Returns the row of `rows` with a value equal to `value`, whose hash is `hash`; adds a row if there is none. Every
  /// row must have been added by this function.
  std::uint32_t find_or_add(Rows<T>& rows, const T& value, std::uint32_t hash) {
    const std::size_t slot = find_slot(rows, value, hash);
    if (slots_[slot] != kFree) return slots_[slot];
    const auto row = static_cast<std::uint32_t>(rows.size());
    rows.push_back(value);
    hashes_.push_back(hash);
    slots_[slot] = row;
    if (2 * rows.size() > slots_.size()) grow();
    return row;
  }

 private:
  static constexpr std::size_t kSmallest = 64;
  static constexpr std::uint32_t kFree = UINT32_MAX;

  /// Returns the slot of the row with a value equal to `value`, or the free slot for it.
  std::size_t find_slot(const Rows<T>& rows, const T& value, std::uint32_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at] != kFree && (hashes_[slots_[at]] != hash || !(rows[slots_[at]] == value))) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<std::uint32_t> larger(slots_.size() * 2, kFree);
    const std::size_t mask = larger.size() - 1;
    for (const std::uint32_t row : slots_) {
      if (row == kFree) continue;
      std::size_t at = hashes_[row] & mask;
      while (larger[at] != kFree) at = (at + 1) & mask;
      larger[at] = row;
    }
    slots_ = std::move(larger);
  }

  std::vector<std::uint32_t> hashes_;  // one for each row
  std::vector<std::uint32_t> slots_;
};

}  // namespace allot
