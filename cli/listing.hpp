#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/table.hpp"
#include "cli/subcommand.hpp"

namespace allot::cli {

/// The options of commands that print lists: order, number and columns.
struct ListOptions {
  std::vector<std::string> sort;
  std::optional<std::string> first;
  std::optional<std::string> columns;
};

/// Adds `--sort`, `--first` and `--columns`, and allows `--format csv`.
void add_list_options(const Subcommand& subcommand, ListOptions& options);

/// The value of a field of a record.
struct FieldValue {
  std::string text;                      ///< for tsv and csv
  std::optional<std::int64_t> number{};  ///< for fields that are sorted by number
  std::optional<Cell> cell{};            ///< for tables, if it differs from `text`
};

/// A field of the records of a list.
struct Field {
  std::string key;          ///< its name in `--columns` and `--sort`, and in the header of csv
  Column column;            ///< its column in a table
  bool is_natural = false;  ///< only a key of `--sort`, by which texts are compared naturally
};

using GetValue = std::function<FieldValue(const std::string& key)>;

/// The first part of the name of a field with the value of one label, such as `label.contract`.
inline constexpr std::string_view kLabel = "label.";

/// Adds the fields of single labels that the options name, if the records have labels.
void add_label_fields(std::vector<Field>& fields, const ListOptions& options);

/// The order and the number of records that the options select.
class Order {
 public:
  /// `fields` must outlive this object. Throws usage for an unknown key.
  Order(const ListOptions& options, const std::vector<Field>& fields);

  bool is_sorted() const { return !keys_.empty(); }
  const std::optional<std::size_t>& first() const { return first_; }

  /// Returns the values by which a record is sorted.
  std::vector<FieldValue> values_of(const GetValue& value) const;

  /// Compares two records by these values. Missing values are last in either direction.
  bool is_before(const std::vector<FieldValue>& a, const std::vector<FieldValue>& b) const;

  /// Sorts records that have their values as `keys`, and removes all but the first.
  template <typename Record>
  void apply(std::vector<Record>& records) const {
    if (is_sorted()) {
      std::stable_sort(records.begin(), records.end(),
                       [&](const Record& a, const Record& b) { return is_before(a.keys, b.keys); });
    }
    if (first_ && records.size() > *first_) records.resize(*first_);
  }

 private:
  struct Key {
    const Field* field = nullptr;
    bool descends = false;
  };

  std::vector<Key> keys_;
  std::optional<std::size_t> first_;
};

/// Prints records in the format of the context, in the order, the number and with the columns that the options select.
/// Without `--sort` records are printed as they are added, except in a table.
class Listing {
 public:
  /// `in_table` and `in_records` are the keys of the columns of tables, and of tsv and csv, without `--columns`. Throws
  /// usage for an unknown key.
  Listing(Context& context, const ListOptions& options, std::vector<Field> fields,
          const std::vector<std::string>& in_table, const std::vector<std::string>& in_records);

  /// Returns whether only the list of the columns is requested, which was printed.
  bool is_help() const { return is_help_; }

  using GetJson = std::function<Json()>;
  /// Adds a record; `value` is called for the fields that are needed, `json` if the format is JSON.
  void add(const GetValue& value, const GetJson& json);

  bool is_empty() const { return count_ == 0; }

  /// Prints what was not printed yet; if nothing was added and standard error is a terminal, prints `none` there.
  void finish(std::string_view none);

  /// Prints `line` below the table if a cell ends in `mark`.
  void set_footnote(std::string mark, std::string line);

 private:
  struct Row {
    std::vector<FieldValue> keys{};
    std::vector<Cell> cells{};
    std::vector<std::string> texts{};  // the fields of tsv and csv, or one of JSON
  };

  void choose_columns(const std::string& text);
  void print_help();
  Row make_row(const GetValue& value, const GetJson& json) const;
  void print(const Row& row);

  Context& context_;
  std::vector<Field> fields_;
  std::vector<std::size_t> shown_;
  std::optional<Order> order_;
  std::optional<Table> table_;
  std::optional<JsonArray> json_;
  std::vector<Row> rows_;  // if they are sorted
  std::string mark_;
  std::string footnote_;
  bool has_mark_ = false;
  std::size_t count_ = 0;
  bool is_help_ = false;
};

/// Compares paths: a group is before the groups below it, siblings are in the order of their bytes.
bool is_before_in_tree(std::string_view a, std::string_view b);

/// Compares texts by characters with runs of digits as numbers, so that `a2` is before `a10`, without regard to the
/// case of ASCII letters; equal texts are compared by bytes.
bool is_before_naturally(std::string_view a, std::string_view b);

/// Writes a record of csv (RFC 4180).
void write_csv(std::ostream& out, const std::vector<std::string>& fields);

}  // namespace allot::cli
