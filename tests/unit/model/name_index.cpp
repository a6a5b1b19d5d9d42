#include "libcore/model/name_index.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace allot {
namespace {

struct Table {
  std::vector<std::pair<std::uint32_t, std::string>> rows;
};

struct KeyOfRow {
  const Table* table;
  std::pair<std::uint32_t, std::string_view> operator()(std::uint32_t row) const {
    return {table->rows[row].first, table->rows[row].second};
  }
};

TEST_CASE("an index without rows finds nothing") {
  const Table table;
  const NameIndex index{KeyOfRow{&table}};
  CHECK_FALSE(index.find(0, ""));
  CHECK_FALSE(index.find(7, "north"));
}

TEST_CASE("an index distinguishes owners and names") {
  Table table{{{0, ""}, {0, "a"}, {1, "a"}, {0, "A"}, {0, std::string{"a\0", 2}}, {UINT32_MAX, "a"}}};
  NameIndex index{KeyOfRow{&table}};
  for (std::uint32_t row = 0; row < table.rows.size(); ++row) {
    CHECK_FALSE(index.find(table.rows[row].first, table.rows[row].second));
    index.insert(row);
  }
  for (std::uint32_t row = 0; row < table.rows.size(); ++row) {
    CHECK(index.find(table.rows[row].first, table.rows[row].second) == row);
  }
  CHECK_FALSE(index.find(1, "A"));
  CHECK_FALSE(index.find(2, "a"));
}

TEST_CASE("an index finds each of many rows after it has grown") {
  Table table;
  NameIndex index{KeyOfRow{&table}};
  constexpr std::uint32_t kRows = 20000;
  for (std::uint32_t row = 0; row < kRows; ++row) {
    table.rows.emplace_back(row % 97, "name-" + std::to_string(row / 97));
    index.insert(row);
  }
  bool finds_all = true;
  for (std::uint32_t row = 0; row < kRows; ++row) {
    finds_all = finds_all && index.find(table.rows[row].first, table.rows[row].second) == row;
    finds_all = finds_all && !index.find(table.rows[row].first + 97, table.rows[row].second);
  }
  CHECK(finds_all);
}

TEST_CASE("an index by folded names ignores the case of ASCII letters, and of no other character") {
  Table table{
      {{0, "Ann@X.example"}, {0, "ann@x.exampla"}, {1, "ANN@x.example"}, {0, "\xC3\x89@x"}, {0, "`"}, {0, "@"}}};
  NameIndex<KeyOfRow, Case::folded> index{KeyOfRow{&table}};
  for (std::uint32_t row = 0; row < table.rows.size(); ++row) {
    CHECK_FALSE(index.find(table.rows[row].first, table.rows[row].second));
    index.insert(row);
  }
  CHECK(index.find(0, "aNN@x.EXAMPLE") == 0);
  CHECK(index.find(1, "ann@x.example") == 2);
  CHECK(index.find(0, "\xC3\x89@X") == 3);
  CHECK_FALSE(index.find(0, "\xC3\xA9@x"));
  CHECK(index.find(0, "`") == 4);
  CHECK(index.find(0, "@") == 5);
  CHECK_FALSE(index.find(2, "ann@x.example"));
}

TEST_CASE("a cleared index finds only entries that are added afterwards") {
  Table table;
  for (std::uint32_t row = 0; row < 1000; ++row) table.rows.emplace_back(0, std::to_string(row));
  NameIndex index{KeyOfRow{&table}};
  index.reserve(700);
  for (std::uint32_t row = 0; row < 700; ++row) index.insert(row);
  CHECK(index.find(0, "699") == 699);
  index.clear();
  CHECK_FALSE(index.find(0, "0"));
  CHECK_FALSE(index.find(0, "699"));
  for (std::uint32_t row = 0; row < 1000; ++row) index.insert(row);
  CHECK(index.find(0, "0") == 0);
  CHECK(index.find(0, "999") == 999);
}

}  // namespace
}  // namespace allot
