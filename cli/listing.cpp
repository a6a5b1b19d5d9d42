#include "cli/listing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "cli/output/tsv.hpp"
#include "cli/values.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::int64_t kMostRecords = INT32_MAX;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(',', from), text.size());
    parts.emplace_back(text.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The digits at the beginning of `text`, without leading zeros; removes them from `text`.
std::string_view take_number(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

void append_csv(std::string& line, std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += field;
    return;
  }
  line += '"';
  for (const char c : field) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

std::size_t find_field(const std::vector<Field>& fields, std::string_view key, std::string_view option) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].key == key) return i;
    keys.push_back(fields[i].key);
  }
  const auto nearest = find_nearest(key, keys);
  throw Error::usage(fmt::format("{} knows no column {}", option, quote(key)),
                     nearest ? fmt::format("did you mean {}?", *nearest) : "--columns help lists the columns");
}

}  // namespace

bool is_before_in_tree(std::string_view a, std::string_view b) {
  const auto rank = [](char c) { return c == '/' ? -1 : static_cast<int>(static_cast<unsigned char>(c)); };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

void add_label_fields(std::vector<Field>& fields, const ListOptions& options) {
  const auto has = [&](std::string_view key) {
    return std::any_of(fields.begin(), fields.end(), [&](const Field& field) { return field.key == key; });
  };
  if (!has("labels")) return;
  std::vector<std::string> keys = split(options.columns.value_or(""));
  for (const std::string& key : options.sort) keys.push_back(key.substr(key.starts_with('-') ? 1 : 0));
  for (const std::string& key : keys) {
    if (!key.starts_with(kLabel) || find_fault_in_key(std::string_view{key}.substr(kLabel.size())) || has(key))
      continue;
    fields.push_back({key, {key, Align::left, Wrap::words}});
  }
}

void write_csv(std::ostream& out, const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    append_csv(line, field);
  }
  line += "\r\n";
  out.write(line.data(), static_cast<std::streamsize>(line.size()));
}

bool is_before_naturally(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view number_a = take_number(a);
      const std::string_view number_b = take_number(b);
      if (number_a.size() != number_b.size()) return number_a.size() < number_b.size();
      if (number_a != number_b) return number_a < number_b;
      continue;
    }
    const std::string char_a = fold_ascii(a.substr(0, 1));
    const std::string char_b = fold_ascii(b.substr(0, 1));
    if (char_a != char_b) return char_a < char_b;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;
}

Order::Order(const ListOptions& options, const std::vector<Field>& fields) {
  for (const std::string& key : options.sort) {
    const bool descends = key.starts_with('-');
    keys_.push_back({&fields[find_field(fields, std::string_view{key}.substr(descends ? 1 : 0), "--sort")], descends});
  }
  if (options.first) first_ = static_cast<std::size_t>(parse_whole(*options.first, "--first", 0, kMostRecords));
}

std::vector<FieldValue> Order::values_of(const GetValue& value) const {
  std::vector<FieldValue> values;
  for (const Key& key : keys_) values.push_back(value(key.field->key));
  return values;
}

bool Order::is_before(const std::vector<FieldValue>& a, const std::vector<FieldValue>& b) const {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const bool a_is_missing = a[i].text.empty();
    const bool b_is_missing = b[i].text.empty();
    if (a_is_missing != b_is_missing) return b_is_missing;
    const FieldValue& smaller = keys_[i].descends ? b[i] : a[i];
    const FieldValue& larger = keys_[i].descends ? a[i] : b[i];
    const auto precedes = [&](const FieldValue& x, const FieldValue& y) {
      if (x.number && y.number) return *x.number < *y.number;
      if (keys_[i].field->column.wrap == Wrap::path) return is_before_in_tree(x.text, y.text);
      return keys_[i].field->is_natural ? is_before_naturally(x.text, y.text) : x.text < y.text;
    };
    if (precedes(smaller, larger)) return true;
    if (precedes(larger, smaller)) return false;
  }
  return false;
}

void add_list_options(const Subcommand& subcommand, ListOptions& options) {
  subcommand.option("--sort", "KEY", options.sort, "Sort by a column; -KEY descends; again for more keys");
  subcommand.option("--first", "N", options.first, "Print only the first N");
  subcommand.option("--columns", "A,B,...", options.columns, "Print these columns; help lists them");
  subcommand.allow_csv();
}

Listing::Listing(Context& context, const ListOptions& options, std::vector<Field> fields,
                 const std::vector<std::string>& in_table, const std::vector<std::string>& in_records)
    : context_(context), fields_(std::move(fields)) {
  if (options.columns == "help") {
    print_help();
    return;
  }
  add_label_fields(fields_, options);
  const bool is_table = context.format() == Format::table;
  if (options.columns && context.format() == Format::json) {
    throw Error::usage("--columns chooses columns of tables, tsv and csv", "a JSON record always has all keys");
  }
  if (options.columns) {
    choose_columns(*options.columns);
  } else {
    for (const std::string& key : is_table ? in_table : in_records) shown_.push_back(find_field(fields_, key, ""));
  }
  order_.emplace(options, fields_);
  if (context.format() == Format::json) json_.emplace(context.out());
  if (is_table) {
    std::vector<Column> columns;
    for (const std::size_t field : shown_) columns.push_back(fields_[field].column);
    table_.emplace(std::move(columns));
    if (!order_->is_sorted() && fields_[shown_.front()].column.wrap == Wrap::path) table_->set_outlined();
  }
  if (context.format() != Format::csv) return;
  std::vector<std::string> header;
  for (const std::size_t field : shown_) header.push_back(fields_[field].key);
  write_csv(context.out(), header);
}

void Listing::choose_columns(const std::string& text) {
  for (const std::string& key : split(text)) {
    const std::size_t field = find_field(fields_, key, "--columns");
    if (fields_[field].is_natural) throw Error::usage(fmt::format("{} is a key of --sort, not a column", quote(key)));
    shown_.push_back(field);
  }
}

void Listing::print_help() {
  is_help_ = true;
  for (const Field& field : fields_) {
    context_.out() << field.key << (field.is_natural ? " (of --sort)" : "") << '\n';
    if (field.key == "labels") context_.out() << kLabel << "KEY\n";
  }
}

Listing::Row Listing::make_row(const GetValue& value, const GetJson& json) const {
  Row row{order_->values_of(value)};
  if (json_) {
    row.texts.push_back(to_text(json()));
    return row;
  }
  for (const std::size_t field : shown_) {
    FieldValue each = value(fields_[field].key);
    if (table_) {
      row.cells.push_back(each.cell ? *std::move(each.cell) : Cell{std::move(each.text)});
    } else {
      row.texts.push_back(std::move(each.text));
    }
  }
  return row;
}

void Listing::print(const Row& row) {
  if (json_) {
    json_->add_text(row.texts.front());
  } else if (table_) {
    table_->add_row(row.cells);
    has_mark_ = has_mark_ || std::any_of(row.cells.begin(), row.cells.end(), [&](const Cell& cell) {
                  return !mark_.empty() && cell.text.ends_with(mark_);
                });
  } else if (context_.format() == Format::csv) {
    write_csv(context_.out(), row.texts);
  } else {
    TsvWriter{context_.out()}.write(row.texts);
  }
}

void Listing::add(const GetValue& value, const GetJson& json) {
  if (is_help_) return;
  const bool is_past_end = !order_->is_sorted() && order_->first() && count_ >= *order_->first();
  ++count_;
  if (is_past_end) return;
  Row row = make_row(value, json);
  if (order_->is_sorted()) {
    rows_.push_back(std::move(row));
  } else {
    print(row);
  }
}

void Listing::set_footnote(std::string mark, std::string line) {
  mark_ = std::move(mark);
  footnote_ = std::move(line);
}

void Listing::finish(std::string_view none) {
  if (is_help_) return;
  order_->apply(rows_);
  for (const Row& row : rows_) print(row);
  if (json_) json_->finish();
  if (table_ && !table_->is_empty()) {
    table_->print(context_.out(), context_.out_capabilities());
    if (has_mark_ && !table_->fits(context_.out_capabilities().width)) context_.out() << '\n';
    if (has_mark_) context_.out() << footnote_ << '\n';
  }
  if (count_ == 0 && context_.format() == Format::table && context_.err_capabilities().is_terminal) {
    context_.err() << none << '\n';
  }
}

}  // namespace allot::cli
