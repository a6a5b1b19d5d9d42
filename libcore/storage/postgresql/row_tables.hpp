#pragma once

#include <string>
#include <vector>

namespace allot {

/// The type of a column in the PostgreSQL schema. The SQLite schema has integers for the first three, and text for
/// `raw_text`, which is bytea in PostgreSQL.
enum class ColumnType { bigint, integer, smallint, text, raw_text, bytes };

/// A column that both schemas have.
struct RowColumn {
  const char* name;
  ColumnType type;
};

/// A table that both schemas have, with its columns and the order of its key. The tables `store` and `log_places`
/// differ and are not among them, nor is `log.places`.
struct RowTable {
  const char* name;
  std::vector<RowColumn> columns;
  const char* order;

  /// Returns the names of the columns, separated by commas.
  std::string column_list() const;
};

/// Returns the tables, each after those that its rows refer to.
const std::vector<RowTable>& row_tables();

}  // namespace allot
