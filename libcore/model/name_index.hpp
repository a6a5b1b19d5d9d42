#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace allot {

/// Finds items of a table by their owner and name: open addressing over the table's own rows, 4 bytes a slot.
/// `KeyOf` gives for a row its key as `std::pair<std::uint32_t owner, std::string_view name>`.
template <typename KeyOf>
class NameIndex {
 public:
  explicit NameIndex(KeyOf key_of) : key_of_(std::move(key_of)), slots_(kSmallest, kFree) {}

  std::optional<std::uint32_t> find(std::uint32_t owner, std::string_view name) const {
    for (std::size_t at = hash(owner, name) & mask();; at = (at + 1) & mask()) {
      if (slots_[at] == kFree) return std::nullopt;
      const auto [row_owner, row_name] = key_of_(slots_[at]);
      if (row_owner == owner && row_name == name) return slots_[at];
    }
  }

  /// Enters `row`, whose key must not be there yet.
  void insert(std::uint32_t row) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    place(row);
    ++count_;
  }

 private:
  static constexpr std::size_t kSmallest = 64;
  static constexpr std::uint32_t kFree = UINT32_MAX;

  std::size_t mask() const { return slots_.size() - 1; }

  static std::size_t hash(std::uint32_t owner, std::string_view name) {
    const std::size_t mixed = std::size_t{owner} * 0x9E3779B97F4A7C15ULL;
    return std::hash<std::string_view>{}(name) ^ mixed ^ (mixed >> 32);
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
