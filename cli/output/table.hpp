#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/style.hpp"

namespace allot::cli {

/// The alignment of a text in its column.
enum class Align { left, right };

/// Where the texts of a column are truncated if the table is wider than the terminal; `middle` is for paths.
enum class Shrink { no, end, middle };

/// A cell of a table; control characters in its text are escaped for the terminal.
struct Cell {
  std::string text;
  Style style = Style::plain;
};

/// A column of a table; the title is printed in upper case.
struct Column {
  std::string title;
  Align align = Align::left;
  Shrink shrink = Shrink::no;
};

/// A table with columns aligned by display width, separated by two spaces, without trailing spaces.
class Table {
 public:
  /// A table without rows and with at least one column.
  explicit Table(std::vector<Column> columns);

  /// Adds a row; missing cells are empty, cells beyond the last column are ignored.
  void add_row(const std::vector<Cell>& cells);

  bool is_empty() const { return cells_.empty(); }

  /// Prints the titles and all rows, no line wider than the terminal. The widest shrinkable columns are truncated
  /// first; if that is not enough, the last columns are omitted and `…` ends the line of titles.
  void print(std::ostream& out, const TerminalCapabilities& capabilities) const;

 private:
  struct StoredCell {
    std::uint32_t size = 0;
    std::uint32_t width = 0;
    Style style = Style::plain;
  };
  struct Layout {
    std::vector<std::size_t> widths;  // of the printed columns
    bool leaves_out_columns = false;
  };

  Layout lay_out(std::size_t width) const;
  void print_titles(std::ostream& out, const Layout& layout, const TerminalCapabilities& capabilities) const;

  std::vector<Column> columns_;
  std::vector<std::size_t> natural_widths_;
  std::vector<StoredCell> cells_;  // row by row
  std::string texts_;              // the texts of all cells, concatenated
};

}  // namespace allot::cli
