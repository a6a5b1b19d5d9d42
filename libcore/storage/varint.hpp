#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/base/error.hpp"

namespace allot {

// A varint has 7 bits in each byte, the lowest first; a set high bit means that another byte follows.

inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

/// Appends a number that may be negative.
inline void put_signed(std::string& out, std::int64_t value) {
  put_varint(out, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

/// Reads varints from a blob; throws store if it ends too early.
class BlobReader {
 public:
  explicit BlobReader(std::string_view blob) : rest_(blob) {}

  bool is_at_end() const { return rest_.empty(); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    throw unreadable();
  }

  /// Reads a number that is stored minus `before` and is not less; throws store if it is too large.
  std::int64_t varint_after(std::int64_t before) {
    const std::uint64_t difference = varint();
    if (difference > static_cast<std::uint64_t>(INT64_MAX - before)) throw unreadable();
    return before + static_cast<std::int64_t>(difference);
  }

  /// Reads a number that is stored minus `before`; throws store unless it is from `least` to `most`, which must differ
  /// by at most half of the value range.
  std::int64_t signed_after(std::int64_t before, std::int64_t least, std::int64_t most) {
    const std::int64_t difference = signed_varint();
    if (difference < least - before || difference > most - before) throw unreadable();
    return before + difference;
  }

  std::int64_t signed_varint() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }

 private:
  static Error unreadable() {
    return Error::store("the store is damaged: a figure cannot be read", "restore a backup");
  }

  std::string_view rest_;
};

}  // namespace allot
