#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcore/document/document.hpp"
#include "libcore/document/keys.hpp"
#include "libcore/document/problems.hpp"
#include "libcore/document/scalars.hpp"
#include "libcore/model/catalogue.hpp"
#include "libcore/model/text_arena.hpp"

namespace allot {

/// The index of a name in an ItemTable.
using ItemRow = std::uint32_t;

/// The kind of an item, as far as it is known.
enum class ItemKind : std::uint8_t { undeclared, counted, feature };

/// A key of a licence or user that is read as a count, with the fault of its value.
struct CountUse {
  const KeySet* keys = nullptr;  ///< of the mapping that contains the key
  Mark key;
  Mark value;
  NumberFault fault = NumberFault::none;
  std::string_view text;  ///< the value as written
};

/// The counted resources and features that the inputs name. A name may be used before the catalogue section that
/// declares it is read: it gets an id at once, and `finish` reports undeclared names.
class ItemTable {
 public:
  /// The maximum number of counted resources, and of features, in a catalogue to which files add.
  static constexpr std::size_t kMostItems = 1024;

  /// Stores the names of new items in `text`; all arguments must outlive the table.
  ItemTable(const Catalogue& known, TextArena& text, Problems& problems);

  /// Returns the row of `name`, which must be a valid item name; adds a row if there is none.
  ItemRow find_or_add(std::string_view name);

  /// Declares the item at `mark`; returns false if it was already declared in that file or is of another kind.
  bool declare(ItemRow row, ItemKind kind, const Mark& mark);

  /// Declares at `mark` the requirement of a counted resource.
  void declare_requires(ItemRow row, const Specified<std::string_view>& required, const Mark& mark);

  /// Records the key of an item in the mapping number `mapping` and returns the place of an earlier key there; a mark
  /// without line if it is the first.
  Mark note_key(ItemRow row, std::uint32_t mapping, const Mark& key);

  /// Returns the mark that was last recorded for a counted resource.
  const Mark& latest_key(ResourceId id) const { return rows_[counted_rows_[id]].key; }

  /// Returns the provisional id for a count; nothing if the file cannot be valid.
  std::optional<ResourceId> count(ItemRow row, const CountUse& use);

  /// Returns the provisional id for a feature in a list; nothing if the file cannot be valid.
  std::optional<FeatureId> list(ItemRow row, const Mark& mark);

  const std::string_view& name_of_counted(ResourceId id) const { return rows_[counted_rows_[id]].name; }
  const std::string_view& name_of_feature(FeatureId id) const { return rows_[feature_rows_[id]].name; }

  /// Returns the message for a key of a licence or user that is not a valid item name.
  std::string describe_unknown_count(std::string_view key, const KeySet& keys) const;

  /// Returns the message for a list entry that is not a feature.
  std::string describe_unknown_feature(std::string_view name) const;

  /// Reports the problems that are only known when all inputs have been read.
  void finish();

  /// Sets the catalogue of `document` and converts its patches to the final ids; there must be no problems.
  void build(Document& document) const;

 private:
  struct Row {
    std::string_view name;
    ItemKind kind = ItemKind::undeclared;
    bool is_known = false;
    Mark first;   // of the first declaration
    Mark latest;  // of the last declaration
    std::optional<ResourceId> counted_id;
    std::optional<FeatureId> feature_id;
    Specified<std::string_view> required;
    Mark required_at;
    std::uint32_t mapping = 0;  // the mapping that counted it last
    Mark key;                   // the key in that mapping
  };
  struct PendingCount {
    ItemRow row = 0;
    CountUse use;
  };
  struct PendingFeature {
    ItemRow row = 0;
    Mark mark;
  };

  const Row* find(std::string_view name) const;
  void add_known(std::string_view name, ItemKind kind);
  std::vector<std::string> names_of(ItemKind kind) const;
  void report_count(const Row& row, const CountUse& use);
  void report_feature(const Row& row, const Mark& mark);
  void check_required(const Row& row);
  void report_circles();
  std::vector<ResourceId> add_counted(Catalogue& catalogue) const;
  std::vector<FeatureId> add_features(Catalogue& catalogue) const;

  const Catalogue& known_;
  TextArena& text_;
  Problems& problems_;
  std::vector<Row> rows_;
  std::unordered_map<std::string_view, ItemRow> by_name_;
  std::vector<ItemRow> declared_;   // in files, in order
  std::size_t counted_number_ = 0;  // of declared and known items
  std::size_t feature_number_ = 0;
  std::vector<ItemRow> counted_rows_;  // by id
  std::vector<ItemRow> feature_rows_;  // by id
  std::vector<PendingCount> pending_counts_;
  std::vector<PendingFeature> pending_features_;
};

}  // namespace allot
