#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/output/style.hpp"

namespace allot::cli {

/// The alignment of a text in its column.
enum class Align { left, right };

/// Where the texts of a column may be broken into several lines if the table is wider than the terminal: nowhere,
/// between words, or before a `/`.
enum class Wrap { no, words, path };

/// A cell of a table; control characters in its text are escaped for the terminal.
struct Cell {
  std::string text;
  Style style = Style::plain;
};

/// A column of a table; the title is printed in upper case. If the table is wider than the terminal, columns with
/// `drop` above 0, which say what other columns say too, are omitted, and columns with `detail` above 0 are printed on
/// a line below their row; those with the lowest value first, columns
/// with the same `drop` together.
struct Column {
  std::string title;
  Align align = Align::left;
  Wrap wrap = Wrap::no;
  int drop = 0;
  int detail = 0;
};

/// A table with columns aligned by display width, separated by two spaces, without trailing spaces.
///
/// If it is wider than the terminal, it is narrowed in steps until it fits: empty columns are omitted; a column in
/// which all rows are equal becomes a line above the table; paths become an outline; redundant columns are omitted,
/// unless it is enough to wrap a few texts; details are printed below their rows; texts are wrapped. A table that still
/// does not fit is printed as one block of lines for each row. Nothing is truncated.
class Table {
 public:
  /// A table without rows and with at least one column.
  explicit Table(std::vector<Column> columns);

  /// Declares that the rows are in the order of the paths in the first column, which may then be shown as an outline: a
  /// path below that of an earlier row is indented and relative to it.
  void set_outlined() { is_outlined_ = true; }

  /// Adds a row; missing cells are empty, cells beyond the last column are ignored.
  void add_row(const std::vector<Cell>& cells);

  bool is_empty() const { return cells_.empty(); }
  std::size_t count_rows() const { return cells_.size() / columns_.size(); }

  /// Returns whether the table fits into `width` columns without printing rows as blocks.
  bool fits(std::size_t width) const;

  /// Prints the titles and all rows, no line wider than the terminal.
  void print(std::ostream& out, const TerminalCapabilities& capabilities) const;

 private:
  struct StoredCell {
    std::uint32_t size = 0;
    std::uint32_t width = 0;
    Style style = Style::plain;
  };
  struct Layout;

  Layout lay_out(std::size_t width) const;
  void fold_uniform(Layout& layout, std::size_t width) const;
  bool wrap(Layout& layout, std::size_t width, std::size_t most, std::size_t lines) const;
  std::vector<std::size_t> least_widths(const Layout& layout) const;
  bool take_next(int Column::*rank, std::vector<std::size_t>& from, std::size_t& taken) const;
  std::string detail_of(const Layout& layout, std::size_t row) const;
  std::vector<std::string> outline() const;
  bool is_uniform(std::size_t column) const;
  std::string_view text_at(std::size_t row, std::size_t column) const;
  void print_rows(std::ostream& out, const Layout& layout, const TerminalCapabilities& capabilities) const;
  void print_blocks(std::ostream& out, const Layout& layout, const TerminalCapabilities& capabilities) const;

  std::vector<Column> columns_;
  std::vector<std::size_t> natural_widths_;
  std::vector<std::size_t> longest_words_;
  std::vector<StoredCell> cells_;         // row by row
  std::vector<std::size_t> row_offsets_;  // of the text of each row
  std::string texts_;                     // the texts of all cells, concatenated
  bool is_outlined_ = false;
};

}  // namespace allot::cli
