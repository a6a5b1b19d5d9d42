#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/style.hpp"

namespace allot::cli {

/// The side of its column that a text stands at.
enum class Align { left, right };

/// Where the texts of a column are cut when the table is wider than the terminal; `middle` suits paths.
enum class Shrink { no, end, middle };

/// One text of a table; whatever is in it, a terminal gets it without control characters.
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

/// A table for people: columns aligned by display width, two spaces between them, none at the end of a line.
class Table {
 public:
  /// A table without rows, of at least one column.
  explicit Table(std::vector<Column> columns);

  /// Adds a row; cells that are missing are empty, cells beyond the last column are ignored.
  void add_row(const std::vector<Cell>& cells);

  bool is_empty() const { return cells_.empty(); }

  /// Prints the titles and all rows, no line wider than the surface: the widest of the columns that may shrink are cut
  /// first, and only where that is not enough the last columns are left out, for which `…` ends the line of titles.
  void print(std::ostream& out, const TerminalCapabilities& capabilities) const;

 private:
  struct StoredCell {
    std::uint32_t size = 0;
    std::uint32_t width = 0;
    Style style = Style::plain;
  };
  struct Layout {
    std::vector<std::size_t> widths;  // of the columns that are printed
    bool leaves_out_columns = false;
  };

  Layout lay_out(std::size_t width) const;
  void print_titles(std::ostream& out, const Layout& layout, const TerminalCapabilities& capabilities) const;

  std::vector<Column> columns_;
  std::vector<std::size_t> natural_widths_;
  std::vector<StoredCell> cells_;  // row after row
  std::string texts_;              // of all cells, one after the other
};

}  // namespace allot::cli
