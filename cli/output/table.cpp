#include "cli/output/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "cli/output/branches.hpp"
#include "cli/output/width.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kGap = 2;

/// The minimum width of a column whose texts are wrapped.
constexpr std::size_t kNarrowest = 10;

/// A column is not narrower than its longest word of at most this width.
constexpr std::size_t kWidestWord = 16;

/// The minimum number of rows of a table in which equal texts become a line above it.
constexpr std::size_t kRowsToFold = 4;

/// Wrapping one text in this many is better than omitting a column.
constexpr std::size_t kRowsPerWrap = 10;

/// The number of lines of a text up to which it is wrapped rather than that details are printed below their rows; and
/// rather than that a table is printed as blocks.
constexpr std::size_t kMostLines = 3;
constexpr std::size_t kMostRowLines = 8;

/// The indentation of the details below a row.
constexpr std::size_t kDetailIndent = 4;

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

void print_wrapped(std::ostream& out, const std::string& text, std::size_t width) {
  for (const std::string& line : wrap_words(text, width)) out << line << '\n';
}

}  // namespace

struct Table::Layout {
  std::vector<std::size_t> columns{};  // the printed columns
  std::vector<std::size_t> widths{};   // of each column of the table
  std::vector<std::size_t> folded{};   // the columns that became a line above the table
  std::vector<std::size_t> details{};  // the columns that are printed below their row
  std::vector<std::string> outline{};  // the texts of the first column, if it is an outline
  bool is_wrapped = false;
  bool is_in_blocks = false;

  std::size_t total() const {
    std::size_t total = columns.empty() ? 0 : (columns.size() - 1) * kGap;
    for (const std::size_t column : columns) total += widths[column];
    return total;
  }
  bool fits(std::size_t width) const { return width == 0 || total() <= width; }
};

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (Column& column : columns_) {
    column.title = to_upper_ascii(make_printable(column.title));
    natural_widths_.push_back(display_width(column.title));
    longest_words_.push_back(display_width(column.title));
  }
}

void Table::add_row(const std::vector<Cell>& cells) {
  row_offsets_.push_back(texts_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    StoredCell stored;
    if (i < cells.size()) {
      const std::string text = make_printable(cells[i].text);
      const std::size_t width = display_width(text);
      stored = StoredCell{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(width), cells[i].style};
      natural_widths_[i] = std::max(natural_widths_[i], width);
      if (columns_[i].wrap == Wrap::words && width > longest_words_[i]) {
        longest_words_[i] = std::max(longest_words_[i], std::min(longest_word(text), kWidestWord));
      }
      if (columns_[i].wrap == Wrap::path && width > longest_words_[i]) {
        longest_words_[i] = std::max(longest_words_[i], least_path_width(text, kWidestWord));
      }
      texts_ += text;
    }
    cells_.push_back(stored);
  }
}

std::string_view Table::text_at(std::size_t row, std::size_t column) const {
  std::size_t at = row_offsets_[row];
  for (std::size_t i = 0; i < column; ++i) at += cells_[row * columns_.size() + i].size;
  return std::string_view{texts_}.substr(at, cells_[row * columns_.size() + column].size);
}

bool Table::is_uniform(std::size_t column) const {
  const std::string_view first = text_at(0, column);
  for (std::size_t row = 1; row < count_rows(); ++row) {
    if (text_at(row, column) != first) return false;
  }
  return true;
}

std::vector<std::string> Table::outline() const {
  std::vector<std::string_view> paths;
  for (std::size_t row = 0; row < count_rows(); ++row) paths.push_back(text_at(row, 0));
  return make_outline(paths);
}

/// Turns columns in which all rows are equal into a line above the table until it fits.
void Table::fold_uniform(Layout& layout, std::size_t width) const {
  if (count_rows() < kRowsToFold) return;
  for (const std::size_t column : std::vector<std::size_t>{layout.columns.begin() + 1, layout.columns.end()}) {
    if (layout.fits(width)) return;
    if (columns_[column].title.empty() || !is_uniform(column)) continue;
    layout.folded.push_back(column);
    std::erase(layout.columns, column);
  }
}

/// The minimum width of each column.
std::vector<std::size_t> Table::least_widths(const Layout& layout) const {
  std::vector<std::size_t> least = layout.widths;
  for (const std::size_t i : layout.columns) {
    if (columns_[i].wrap != Wrap::no) least[i] = std::min(least[i], std::max(kNarrowest, longest_words_[i]));
  }
  if (layout.outline.empty()) return least;
  std::size_t widest = kNarrowest;
  for (const std::string& text : layout.outline) widest = std::max(widest, least_path_width(text, kWidestWord));
  least[0] = std::min(layout.widths[0], widest);
  return least;
}

/// Narrows columns, those first in which the fewest texts are wider, until the table fits; returns false and changes
/// nothing if it cannot fit, more than `most` texts would be wrapped, or more than a few of them into more than
/// `lines`.
bool Table::wrap(Layout& layout, std::size_t width, std::size_t most, std::size_t lines) const {
  const std::vector<std::size_t> least = least_widths(layout);
  std::size_t least_total = (layout.columns.size() - 1) * kGap;
  for (const std::size_t column : layout.columns) least_total += least[column];
  if (least_total > width) return false;
  std::vector<std::vector<std::size_t>> of_texts(columns_.size());  // the widths of the texts, in ascending order
  for (const std::size_t i : layout.columns) {
    if (columns_[i].wrap == Wrap::no) continue;
    for (std::size_t row = 0; row < count_rows(); ++row) {
      const bool is_outline = i == 0 && !layout.outline.empty();
      of_texts[i].push_back(is_outline ? display_width(layout.outline[row]) : cells_[row * columns_.size() + i].width);
    }
    std::sort(of_texts[i].begin(), of_texts[i].end());
  }
  std::vector<std::size_t> widths = layout.widths;
  const auto count_wider = [&](std::size_t i, std::size_t than) {
    return static_cast<std::size_t>(of_texts[i].end() - std::upper_bound(of_texts[i].begin(), of_texts[i].end(), than));
  };
  for (std::size_t total = layout.total(); total > width; --total) {
    std::size_t best = columns_.size();
    std::size_t cost = 0;
    for (const std::size_t i : layout.columns) {
      if (widths[i] <= least[i]) continue;
      const std::size_t wider = count_wider(i, widths[i] - 1);
      if (best == columns_.size() || wider < cost || (wider == cost && widths[i] > widths[best])) {
        best = i;
        cost = wider;
      }
    }
    --widths[best];
  }
  std::size_t wrapped = 0;
  for (const std::size_t i : layout.columns) {
    wrapped += count_wider(i, widths[i]);
    if (count_wider(i, lines * widths[i]) > count_rows() / kRowsPerWrap) return false;
  }
  if (wrapped > most) return false;
  layout.widths = std::move(widths);
  layout.is_wrapped = true;
  return true;
}

/// Removes from `from` the column with the lowest rank above 0; returns false if there is none.
bool Table::take_next(int Column::*rank, std::vector<std::size_t>& from, std::size_t& taken) const {
  auto first = from.end();
  for (auto each = from.begin(); each != from.end(); ++each) {
    const int own = columns_[*each].*rank;
    if (own > 0 && (first == from.end() || own < columns_[*first].*rank)) first = each;
  }
  if (first == from.end()) return false;
  taken = *first;
  from.erase(first);
  return true;
}

Table::Layout Table::lay_out(std::size_t width) const {
  Layout layout;
  layout.widths = natural_widths_;
  layout.columns.resize(columns_.size());
  std::iota(layout.columns.begin(), layout.columns.end(), std::size_t{0});
  layout.is_in_blocks = is_empty() && !layout.fits(width);
  if (layout.fits(width) || is_empty()) return layout;
  std::erase_if(layout.columns, [&](std::size_t i) { return i > 0 && is_uniform(i) && text_at(0, i).empty(); });
  fold_uniform(layout, width);
  if (layout.fits(width)) return layout;
  if (is_outlined_ && count_rows() > 1) {
    layout.outline = outline();
    layout.widths[0] = display_width(columns_[0].title);
    for (const std::string& text : layout.outline) layout.widths[0] = std::max(layout.widths[0], display_width(text));
  }
  const std::size_t few = count_rows() / kRowsPerWrap;
  std::size_t taken = 0;
  while (!layout.fits(width) && !wrap(layout, width, few, kMostLines)) {
    if (!take_next(&Column::drop, layout.columns, taken)) break;
    std::erase_if(layout.columns, [&](std::size_t i) { return columns_[i].drop == columns_[taken].drop; });
  }
  while (!layout.fits(width) && !wrap(layout, width, SIZE_MAX, kMostLines)) {
    if (width < kDetailIndent + kNarrowest || !take_next(&Column::detail, layout.columns, taken)) {
      layout.is_in_blocks = !wrap(layout, width, SIZE_MAX, kMostRowLines);
      break;
    }
    layout.details.push_back(taken);
  }
  if (layout.is_in_blocks) layout.columns.insert(layout.columns.end(), layout.details.begin(), layout.details.end());
  return layout;
}

/// The texts of a row that are printed below it.
std::string Table::detail_of(const Layout& layout, std::size_t row) const {
  std::string text;
  for (const std::size_t i : layout.details) {
    if (text_at(row, i).empty()) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", columns_[i].title, text_at(row, i));
  }
  return text;
}

bool Table::fits(std::size_t width) const { return !lay_out(width).is_in_blocks; }

void Table::print(std::ostream& out, const TerminalCapabilities& capabilities) const {
  const Layout layout = lay_out(capabilities.width);
  std::string folded;
  for (const std::size_t column : layout.folded) {
    folded += fmt::format("{}{}: {}", folded.empty() ? "" : "; ", columns_[column].title, text_at(0, column));
  }
  if (!folded.empty()) print_wrapped(out, folded, capabilities.width);
  if (layout.is_in_blocks) {
    print_blocks(out, layout, capabilities);
  } else {
    print_rows(out, layout, capabilities);
  }
}

void Table::print_rows(std::ostream& out, const Layout& layout, const TerminalCapabilities& capabilities) const {
  Line line{capabilities};
  for (const std::size_t i : layout.columns) {
    const std::string& title = columns_[i].title;
    line.add(title, display_width(title), layout.widths[i], columns_[i].align, Style::bold);
  }
  line.print(out);
  std::vector<std::vector<std::string>> parts(columns_.size());
  for (std::size_t row = 0; row < count_rows(); ++row) {
    std::size_t height = 1;
    for (const std::size_t i : layout.columns) {
      const std::string text = i == 0 && !layout.outline.empty() ? layout.outline[row] : std::string{text_at(row, i)};
      const bool is_broken = layout.is_wrapped && columns_[i].wrap != Wrap::no;
      if (!is_broken) {
        parts[i].assign(1, text);
      } else if (columns_[i].wrap == Wrap::path) {
        parts[i] = wrap_path(text, layout.widths[i]);
      } else {
        parts[i] = wrap_words(text, layout.widths[i]);
      }
      height = std::max(height, parts[i].size());
    }
    for (std::size_t at = 0; at < height; ++at) {
      for (const std::size_t i : layout.columns) {
        const std::string_view text = at < parts[i].size() ? std::string_view{parts[i][at]} : std::string_view{};
        const Style style = cells_[row * columns_.size() + i].style;
        line.add(text, display_width(text), layout.widths[i], columns_[i].align, style);
      }
      line.print(out);
    }
    if (layout.details.empty()) continue;
    for (const std::string& part : wrap_words(detail_of(layout, row), capabilities.width - kDetailIndent)) {
      if (!part.empty()) out << std::string(kDetailIndent, ' ') << part << '\n';
    }
  }
}

void Table::print_blocks(std::ostream& out, const Layout& layout, const TerminalCapabilities& capabilities) const {
  std::size_t titles = 0;
  for (const std::size_t i : layout.columns) titles = std::max(titles, display_width(columns_[i].title));
  const bool has_room = capabilities.width >= titles + kGap + kNarrowest;
  const std::size_t room = has_room ? capabilities.width - titles - kGap : capabilities.width;
  Line line{capabilities};
  for (std::size_t row = 0; row < count_rows(); ++row) {
    if (row > 0) out << '\n';
    for (const std::size_t i : layout.columns) {
      if (text_at(row, i).empty()) continue;
      std::string title = columns_[i].title;
      if (!has_room) print_wrapped(out, title, capabilities.width);
      for (const std::string& part : wrap_words(text_at(row, i), room)) {
        if (has_room) line.add(title, display_width(title), titles, Align::left, Style::bold);
        line.add(part, display_width(part), room, Align::left, cells_[row * columns_.size() + i].style);
        line.print(out);
        title.clear();
      }
    }
  }
}

}  // namespace allot::cli
