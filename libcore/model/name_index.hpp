#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "libcore/base/text.hpp"

namespace allot {

/// Whether names are compared with or without case of ASCII letters.
enum class Case : std::uint8_t { exact, folded };

/// Finds items of a table by owner and name: open addressing over the table's own rows, 4 bytes a slot. `KeyOf` returns
/// the key of a row as `std::pair<std::uint32_t owner, std::string_view name>`.
template <typename KeyOf, Case kCase = Case::exact>
class NameIndex {
 public:
  explicit NameIndex(KeyOf key_of) : key_of_(std::move(key_of)), slots_(kSmallest, kFree) {}

  std::optional<std::uint32_t> find(std::uint32_t owner, std::string_view name) const {
    for (std::size_t at = hash(owner, name) & mask();; at = (at + 1) & mask()) {
      if (slots_[at] == kFree) return std::nullopt;
      const auto [row_owner, row_name] = key_of_(slots_[at]);
      if (row_owner == owner && is_same(row_name, name)) return slots_[at];
    }
  }

  /// Removes every row.
  void clear() {
    slots_.assign(kSmallest, kFree);
    count_ = 0;
  }

  /// Reserves space for `count` rows.
  void reserve(std::size_t count) {
    while (slots_.size() < 2 * count) grow();
  }

  /// Inserts `row`, whose key must be new.
  void insert(std::uint32_t row) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    place(row);
    ++count_;
  }

 private:
  static constexpr std::size_t kSmallest = 64;
  static constexpr std::uint32_t kFree = UINT32_MAX;

  std::size_t mask() const { return slots_.size() - 1; }

  static bool is_same(std::string_view a, std::string_view b) {
    if constexpr (kCase == Case::folded) return equals_folded(a, b);
    return a == b;
  }

  /// Hashes 8 bytes at a time; if case is ignored, the case bit is masked.
  static std::size_t hash(std::uint32_t owner, std::string_view name) {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15ULL;
    constexpr std::uint64_t kCaseBits = kCase == Case::folded ? 0x2020202020202020ULL : 0;
    std::uint64_t state = (std::uint64_t{owner} + name.size()) * kFactor;
    for (std::size_t at = 0; at < name.size(); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, name.data() + at, std::min<std::size_t>(8, name.size() - at));
      state = (state ^ (word | kCaseBits)) * kFactor;
      state ^= state >> 32;
    }
    return state;
  }

  void place(std::uint32_t row) {
    const auto [owner, name] = key_of_(row);
    std::size_t at = hash(owner, name) & mask();
    while (slots_[at] != kFree) at = (at + 1) & mask();
    slots_[at] = row;
  }

  void grow() {
    std::vector<std::uint32_t> old(slots_.size() * 2, kFree);
    old.swap(slots_);
    for (const std::uint32_t row : old) {
      if (row != kFree) place(row);
    }
  }

  KeyOf key_of_;
  std::vector<std::uint32_t> slots_;
  std::size_t count_ = 0;
};

}  // namespace allot
