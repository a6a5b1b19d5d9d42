#include "libcore/model/rows.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "libcore/model/distinct.hpp"

namespace allot {
namespace {

TEST_CASE("rows keep their addresses while a table grows, and are visited in order") {
  Rows<int> rows;
  CHECK(rows.empty());
  CHECK(rows.begin() == rows.end());
  std::vector<const int*> places;
  for (int i = 0; i < 1000; ++i) {
    rows.push_back(i);
    places.push_back(&rows[static_cast<std::size_t>(i)]);
  }
  CHECK(rows.size() == 1000);
  int next = 0;
  bool are_all_in_place = true;
  for (const int& row : rows) {
    are_all_in_place = are_all_in_place && row == next && &row == places[static_cast<std::size_t>(next)];
    ++next;
  }
  CHECK(next == 1000);
  CHECK(are_all_in_place);
}

TEST_CASE("a moved table keeps its rows; a copied table has its own rows") {
  Rows<int> rows;
  for (int i = 0; i < 300; ++i) rows.emplace_back(i);
  const int* const place = &rows[299];
  const Rows<int> copy = rows;
  const Rows<int> moved = std::move(rows);
  CHECK(&moved[299] == place);
  CHECK(copy[299] == 299);
  CHECK(&copy[299] != place);
}

TEST_CASE("rows that cannot be copied can be stored") {
  Rows<std::unique_ptr<int>> rows;
  rows.push_back(std::make_unique<int>(7));
  CHECK(*rows[0] == 7);
}

TEST_CASE("equal values are stored once, even if all hashes are equal") {
  for (const std::uint32_t mask : {0xFFFFFFFFU, 7U, 0U}) {
    Rows<int> rows;
    DistinctIndex<int> index;
    bool is_right = true;
    for (int round = 0; round < 2; ++round) {
      for (int value = 0; value < 500; ++value) {
        Hasher hasher;
        hasher.add(static_cast<std::uint64_t>(value));
        is_right =
            is_right && index.find_or_add(rows, value, hasher.result() & mask) == static_cast<std::uint32_t>(value);
      }
    }
    CHECK(is_right);
    CHECK(rows.size() == 500);
  }
}

}  // namespace
}  // namespace allot
