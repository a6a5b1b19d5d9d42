#include "cli/output/table.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cli/output/width.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kGap = 2;

/// The minimum width of a shrunk column, so that its texts remain distinguishable.
constexpr std::size_t kNarrowest = 8;

/// The width of the mark for omitted columns at the end of the titles.
constexpr std::string_view kMark = "…";
constexpr std::size_t kMarkWidth = kGap + 1;

std::string make_printable(std::string_view text) {
  std::string printable = is_printable_ascii(text) ? std::string{text} : escape_for_terminal(text);
  printable.resize(printable.find_last_not_of(' ') + 1);
  return printable;
}

std::string to_upper_ascii(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::size_t total_width(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), (widths.size() - 1) * kGap);
}

/// Shrinks the widest shrinkable column by one until the line fits; returns false if it cannot fit.
bool shrink_to(std::size_t room, const std::vector<Column>& columns, std::vector<std::size_t>& widths) {
  const auto may_shrink = [&](std::size_t i) { return columns[i].shrink != Shrink::no && widths[i] > kNarrowest; };
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (may_shrink(i)) widths[i] = std::min(widths[i], std::max(room, kNarrowest));
  }
  for (std::size_t total = total_width(widths); total > room; --total) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (may_shrink(i) && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == widths.size()) return false;
    --widths[widest];
  }
  return true;
}

/// Builds a line of a table; spaces are added only before a text.
class Line {
 public:
  explicit Line(const TerminalCapabilities& capabilities) : capabilities_(capabilities) {}

  void add(std::string_view text, std::size_t text_width, std::size_t column_width, Align align, Style style) {
    const std::size_t padding = column_width > text_width ? column_width - text_width : 0;
    if (align == Align::right) spaces_ += padding;
    if (!text.empty()) {
      line_.append(spaces_, ' ');
      line_ += paint(text, style, capabilities_);
      spaces_ = 0;
    }
    if (align == Align::left) spaces_ += padding;
    spaces_ += kGap;
  }

  void print(std::ostream& out) {
    line_ += '\n';
    out.write(line_.data(), static_cast<std::streamsize>(line_.size()));
    line_.clear();
    spaces_ = 0;
  }

 private:
  const TerminalCapabilities& capabilities_;
  std::string line_;
  std::size_t spaces_ = 0;
};

/// Adds `text` to the line, truncated to its column.
void add_cut(Line& line, std::string_view text, std::size_t width, const Column& column, std::size_t column_width,
             Style style) {
  if (width <= column_width) return line.add(text, width, column_width, column.align, style);
  const std::string cut = column.shrink == Shrink::middle ? fit_path(text, column_width) : fit(text, column_width);
  line.add(cut, display_width(cut), column_width, column.align, style);
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (Column& column : columns_) {
    column.title = to_upper_ascii(make_printable(column.title));
    natural_widths_.push_back(display_width(column.title));
  }
}

void Table::add_row(const std::vector<Cell>& cells) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    StoredCell stored;
    if (i < cells.size()) {
      const std::string text = make_printable(cells[i].text);
      const std::size_t width = display_width(text);
      stored = StoredCell{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(width), cells[i].style};
      natural_widths_[i] = std::max(natural_widths_[i], width);
      texts_ += text;
    }
    cells_.push_back(stored);
  }
}

void Table::print(std::ostream& out, const TerminalCapabilities& capabilities) const {
  const Layout layout = lay_out(capabilities.width);
  print_titles(out, layout, capabilities);
  const std::string_view texts = texts_;
  Line line{capabilities};
  std::size_t at = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const std::size_t column = i % columns_.size();
    const StoredCell& cell = cells_[i];
    if (column < layout.widths.size()) {
      add_cut(line, texts.substr(at, cell.size), cell.width, columns_[column], layout.widths[column], cell.style);
    }
    at += cell.size;
    if (column + 1 == columns_.size()) line.print(out);
  }
}

Table::Layout Table::lay_out(std::size_t width) const {
  Layout layout{natural_widths_, false};
  if (width == 0 || shrink_to(width, columns_, layout.widths)) return layout;
  const std::size_t room = width > kMarkWidth ? width - kMarkWidth : width;
  layout.leaves_out_columns = room < width;
  for (std::size_t count = columns_.size() - 1; count > 0; --count) {
    layout.widths.assign(natural_widths_.begin(), natural_widths_.begin() + static_cast<std::ptrdiff_t>(count));
    if (shrink_to(room, columns_, layout.widths)) return layout;
  }
  layout.widths.assign(1, std::min(natural_widths_.front(), room));
  return layout;
}

void Table::print_titles(std::ostream& out, const Layout& layout, const TerminalCapabilities& capabilities) const {
  Line line{capabilities};
  for (std::size_t i = 0; i < layout.widths.size(); ++i) {
    const std::string& title = columns_[i].title;
    const std::string cut = display_width(title) > layout.widths[i] ? fit(title, layout.widths[i]) : title;
    line.add(cut, display_width(cut), layout.widths[i], columns_[i].align, Style::bold);
  }
  if (layout.leaves_out_columns) line.add(kMark, 1, 1, Align::left, Style::dim);
  line.print(out);
}

}  // namespace allot::cli
