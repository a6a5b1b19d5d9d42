#pragma once

#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/world.hpp"

namespace allot::fuzz {

/// A database in memory that changes the values of a valid store in ways that allot never does. It does not depend on
/// table names, so that a new schema needs no change of the harness.
class Edits {
 public:
  /// Loads the bytes of a store.
  explicit Edits(const std::string& store);

  /// Reads one edit and applies it; edits that SQLite refuses are ignored.
  void edit(Bytes& bytes);

  /// The bytes of the changed file.
  std::string finish();

 private:
  struct Table {
    std::string name;
    std::string sql;
    std::vector<std::string> columns;
    std::vector<std::string> key;  ///< the columns that identify its rows
  };
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  using Database = std::unique_ptr<sqlite3, Close>;

  static Database load(const std::string& bytes);
  void read_tables();
  bool run(const std::string& sql, const std::vector<std::string_view>& texts = {});
  std::vector<std::string> column(const std::string& sql);
  std::string where_row(const Table& table, std::size_t row);
  void set_value(Bytes& bytes);
  void copy_row(Bytes& bytes);
  void change_schema(Bytes& bytes);
  std::string make_value(const Table& table, const std::string& column, Bytes& bytes);
  void edit_page(Bytes& bytes);

  /// A change of the bytes of the file, applied last.
  struct Patch {
    std::size_t at = 0;
    std::string bytes;
    std::optional<std::size_t> page{};  ///< the page that is copied there, instead of bytes
  };

  Database database_;
  std::vector<Table> tables_;
  std::vector<Patch> patches_;
  std::size_t size_ = 0;  ///< the final size of the file; 0: unchanged
  std::size_t page_size_ = 4096;
  std::size_t pages_ = 1;
};

}  // namespace allot::fuzz
