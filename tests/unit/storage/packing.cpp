#include <limits>

#include "libcore/storage/varint.hpp"
#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

std::string packed(std::uint64_t value) {
  std::string out;
  put_varint(out, value);
  return out;
}

std::string packed_signed(std::int64_t value) {
  std::string out;
  put_signed(out, value);
  return out;
}

void check_damaged(const std::function<void()>& read) { CHECK(error_of(read).kind() == ErrorKind::store); }

}  // namespace

TEST_CASE("a packed number reads back as itself, in as many bytes as it needs") {
  for (unsigned bits = 0; bits < 64; ++bits) {
    const std::uint64_t power = std::uint64_t{1} << bits;
    for (const std::uint64_t value : {power - 1, power, power + 1, ~power}) {
      const std::string bytes = packed(value);
      BlobReader reader{bytes};
      CHECK(reader.varint() == value);
      CHECK(reader.is_at_end());
    }
    CHECK(packed(power).size() == bits / 7 + 1);
  }
  CHECK(packed(0) == std::string(1, '\0'));
  CHECK(packed(300) == "\xAC\x02");
  CHECK(packed(std::numeric_limits<std::uint64_t>::max()).size() == 10);
}

TEST_CASE("a packed number below zero reads back as itself, and a small one is short") {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, std::int64_t{-64},
                                   std::int64_t{64}, std::int64_t{-719162}, kLeast, kLeast + 1, kMost}) {
    const std::string bytes = packed_signed(value);
    BlobReader reader{bytes};
    CHECK(reader.signed_varint() == value);
    CHECK(reader.is_at_end());
  }
  CHECK(packed_signed(-64).size() == 1);
  CHECK(packed_signed(-65).size() == 2);
}

TEST_CASE("packed numbers are read in sequence") {
  const std::string bytes = packed(5) + packed_signed(-1000) + packed(1'000'000);
  BlobReader reader{bytes};
  CHECK(reader.varint() == 5);
  CHECK(reader.signed_varint() == -1000);
  CHECK_FALSE(reader.is_at_end());
  CHECK(reader.varint() == 1'000'000);
  CHECK(reader.is_at_end());
}

TEST_CASE("a truncated or unterminated packed number is damage") {
  check_damaged([] { BlobReader{""}.varint(); });
  const std::string whole = packed(std::numeric_limits<std::uint64_t>::max());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    check_damaged([&] { BlobReader{std::string_view{whole}.substr(0, size)}.varint(); });
  }
  check_damaged([] { BlobReader{std::string(10, '\xFF')}.varint(); });
  check_damaged([] { BlobReader{std::string(1000, '\x80')}.signed_varint(); });
}

}  // namespace allot::unit
