#include "tests/fuzz/sqlite_edits.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace allot::fuzz {
namespace {

constexpr std::array<std::int64_t, 24> kIntegers{0,       1,          -1,         2,          3,           4,
                                                 127,     128,        255,        256,        1000,        3651,
                                                 65536,   2147483646, 2147483647, 2147483648, -2147483648, -2147483649,
                                                 -719163, 2932896,    2932897,    4294967296, INT64_MAX,   INT64_MIN};

std::string quote_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string quote_bytes(std::string_view bytes, bool is_text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string quoted = is_text ? "CAST(x'" : "x'";
  for (const char c : bytes) {
    quoted += kDigits[static_cast<unsigned char>(c) >> 4];
    quoted += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return quoted + (is_text ? "' AS TEXT)" : "'");
}

std::string join(const std::vector<std::string>& parts, const char* between) {
  std::string joined;
  for (const std::string& part : parts) joined += (joined.empty() ? "" : between) + part;
  return joined;
}

/// The definition of a table without the type checks of STRICT.
std::string without_strict(std::string sql) {
  const std::size_t at = sql.rfind(") STRICT");
  if (at == std::string::npos) return sql;
  const bool has_more = sql.compare(at + 8, 1, ",") == 0;
  return sql.erase(at + 1, has_more ? 8 : 7);
}

/// `text` with some bytes replaced.
std::string splice(std::string text, Bytes& bytes) {
  const std::size_t at = bytes.below(text.size() + 1);
  const std::size_t removed = bytes.byte() % 8U;
  return text.replace(at, removed, bytes.text(bytes.byte() % 16U));
}

}  // namespace

Edits::Edits(const std::string& store) {
  database_ = load(store);
  pages_ = std::max<std::size_t>(1, store.size() / page_size_);
  run("PRAGMA writable_schema = ON");
  run("PRAGMA foreign_keys = OFF");
  run("PRAGMA ignore_check_constraints = ON");
  read_tables();
  for (const Table& table : tables_) {
    run("UPDATE sqlite_schema SET sql = ?1 WHERE name = ?2", {without_strict(table.sql), table.name});
  }
  run("PRAGMA writable_schema = RESET");
  run("PRAGMA writable_schema = ON");
}

Edits::Database Edits::load(const std::string& bytes) {
  sqlite3* opened = nullptr;
  require(sqlite3_open(":memory:", &opened) == SQLITE_OK, "the harness has a database");
  Database database{opened};
  auto* const copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size()));
  require(copy != nullptr, "the harness has memory");
  std::memcpy(copy, bytes.data(), bytes.size());
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  require(sqlite3_deserialize(opened, "main", copy, size, size,
                              SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK,
          "the seed is a database");
  return database;
}

void Edits::read_tables() {
  for (const std::string& name : column("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
    const std::string quoted = quote_bytes(name, true);
    Table table{name, column("SELECT sql FROM sqlite_schema WHERE name = " + quoted).front(), {}, {}};
    table.columns = column("SELECT name FROM pragma_table_info(" + quoted + ")");
    table.key = column("SELECT name FROM pragma_table_info(" + quoted + ") WHERE pk > 0 ORDER BY pk");
    tables_.push_back(std::move(table));
  }
}

bool Edits::run(const std::string& sql, const std::vector<std::string_view>& texts) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return false;
  int number = 0;
  for (const std::string_view text : texts) {
    sqlite3_bind_text(statement, ++number, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
  int stepped = SQLITE_ROW;
  while (stepped == SQLITE_ROW) stepped = sqlite3_step(statement);
  sqlite3_finalize(statement);
  return stepped == SQLITE_DONE;
}

std::vector<std::string> Edits::column(const std::string& sql) {
  std::vector<std::string> values;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return values;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const auto* const value = static_cast<const char*>(sqlite3_column_blob(statement, 0));
    values.emplace_back(value == nullptr ? "" : value, static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
  }
  sqlite3_finalize(statement);
  return values;
}

std::string Edits::where_row(const Table& table, std::size_t row) {
  std::vector<std::string> key;
  for (const std::string& name : table.key) key.push_back(quote_name(name));
  const std::string columns = join(key, ", ");
  return " WHERE (" + columns + ") = (SELECT " + columns + " FROM " + quote_name(table.name) + " LIMIT 1 OFFSET " +
         std::to_string(row) + ")";
}

/// A new value for a column, as SQL.
std::string Edits::make_value(const Table& table, const std::string& name, Bytes& bytes) {
  const std::string other = "(SELECT " + quote_name(name) + " FROM " + quote_name(table.name) + " LIMIT 1 OFFSET " +
                            std::to_string(bytes.byte()) + ")";
  switch (bytes.byte() % 9U) {
    case 0:
      return "(" + std::to_string(kIntegers[bytes.below(kIntegers.size())]) + ")";
    case 1:
      return "(" + std::to_string(static_cast<std::int8_t>(bytes.byte())) + ")";
    case 2:
      return "(" + std::to_string(static_cast<std::int64_t>(bytes.number(8))) + ")";
    case 3:
      return "(" + quote_name(name) + " + " + std::to_string(static_cast<std::int8_t>(bytes.byte())) + ")";
    case 4:
      return quote_bytes(bytes.text(bytes.byte()), true);
    case 5:
      return quote_bytes(bytes.text(bytes.byte()), false);
    case 6:
      return "NULL";
    case 7:
      return other;
    default:
      return "(0.5)";
  }
}

void Edits::set_value(Bytes& bytes) {
  const Table& table = tables_[bytes.below(tables_.size())];
  const std::size_t row = bytes.byte();
  const std::string name = table.columns[bytes.below(table.columns.size())];
  const std::string where = where_row(table, row);
  std::string value;
  if ((bytes.byte() & 1) != 0) {
    // Some bytes of the present value.
    const std::string from = quote_name(name) + " FROM " + quote_name(table.name) + where;
    const auto old = column("SELECT " + from);
    const auto type = column("SELECT typeof(" + quote_name(name) + ") FROM " + quote_name(table.name) + where);
    if (old.empty() || (type[0] != "text" && type[0] != "blob")) return;
    value = quote_bytes(splice(old[0], bytes), type[0] == "text");
  } else {
    value = make_value(table, name, bytes);
  }
  run("UPDATE " + quote_name(table.name) + " SET " + quote_name(name) + " = " + value + where);
}

/// Inserts a copy of a row with one value changed.
void Edits::copy_row(Bytes& bytes) {
  const Table& table = tables_[bytes.below(tables_.size())];
  const std::size_t row = bytes.byte();
  const std::size_t changed = bytes.below(table.columns.size());
  std::vector<std::string> values;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    values.push_back(i == changed ? make_value(table, table.columns[i], bytes) : quote_name(table.columns[i]));
  }
  run("INSERT INTO " + quote_name(table.name) + " SELECT " + join(values, ", ") + " FROM " + quote_name(table.name) +
      where_row(table, row));
}

void Edits::change_schema(Bytes& bytes) {
  const std::uint8_t ids = bytes.byte();
  const auto names = column("SELECT name FROM sqlite_schema ORDER BY rowid");
  const std::string name = names[bytes.below(names.size())];
  if (ids % 4 == 0) {
    run("DELETE FROM sqlite_schema WHERE name = ?1", {name});
  } else if (ids % 4 == 1) {
    const auto sql = column("SELECT sql FROM sqlite_schema WHERE name = " + quote_bytes(name, true));
    if (!sql.empty()) run("UPDATE sqlite_schema SET sql = ?1 WHERE name = ?2", {splice(sql[0], bytes), name});
  } else if (ids % 4 == 2) {
    run("UPDATE sqlite_schema SET rootpage = " + std::to_string(bytes.byte()) + " WHERE name = ?1", {name});
  } else {
    const std::string object = (ids & 4) != 0 ? "VIEW v AS SELECT * FROM " : "TRIGGER t AFTER INSERT ON ";
    run("CREATE " + object + quote_name(name) + ((ids & 4) != 0 ? "" : " BEGIN SELECT 1; END"));
  }
}

void Edits::edit_page(Bytes& bytes) {
  const std::size_t start = bytes.below(pages_) * page_size_;
  switch (bytes.byte() % 5U) {
    case 0: {  // any bytes anywhere
      const std::size_t at = start + bytes.below(page_size_);
      patches_.push_back({at, std::string{bytes.text(bytes.byte() % 32U)}});
      break;
    }
    case 1: {  // the page header, or the start of a cell
      const std::size_t head = start == 0 ? 100 : 0;
      const std::size_t at = start + head + bytes.byte() % 64U;
      patches_.push_back({at, std::string{bytes.text(2)}});
      break;
    }
    case 2:  // the file header
      patches_.push_back({16 + bytes.byte() % 84U, std::string{bytes.text(1 + bytes.byte() % 4U)}});
      break;
    case 3:  // replace it with another page
      patches_.push_back({start, {}, bytes.below(pages_)});
      break;
    default:  // truncated or extended
      size_ = start + bytes.below(page_size_);
      break;
  }
}

void Edits::edit(Bytes& bytes) {
  switch (bytes.byte() % 8U) {
    case 0:
    case 1:
    case 2:
      return set_value(bytes);
    case 3:
      return copy_row(bytes);
    case 4: {
      const Table& table = tables_[bytes.below(tables_.size())];
      run("DELETE FROM " + quote_name(table.name) + where_row(table, bytes.byte()));
      return;
    }
    case 5:
      return change_schema(bytes);
    default:
      return edit_page(bytes);
  }
}

std::string Edits::finish() {
  for (const Table& table : tables_) {
    run("UPDATE sqlite_schema SET sql = ?1 WHERE name = ?2 AND sql = ?3",
        {table.sql, table.name, without_strict(table.sql)});
  }
  sqlite3_int64 size = 0;
  unsigned char* const bytes = sqlite3_serialize(database_.get(), "main", &size, 0);
  require(bytes != nullptr, "the harness has its database");
  std::string file{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  sqlite3_free(bytes);
  const std::string whole = file;
  for (const Patch& patch : patches_) {
    if (patch.at >= file.size()) continue;
    if (patch.page) {
      const std::size_t from = *patch.page * page_size_;
      if (from < whole.size()) file.replace(patch.at, page_size_, whole, from, page_size_);
    } else {
      file.replace(patch.at, patch.bytes.size(), patch.bytes);
    }
  }
  if (size_ > 0) file.resize(size_);
  return file;
}

}  // namespace allot::fuzz
