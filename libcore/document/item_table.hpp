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

/// The place of a name in an ItemTable.
using ItemRow = std::uint32_t;

/// What the name of an item stands for, as far as has been read.
enum class ItemKind : std::uint8_t { undeclared, counted, feature };

/// A key of a licence or user that is read as a count, with what is wrong with its value.
struct CountUse {
  const KeySet* keys = nullptr;  ///< of the mapping that it stands in
  Mark key;
  Mark value;
  NumberFault fault = NumberFault::none;
  std::string_view text;  ///< the value as written
};

/// The counted resources and features that the inputs name. A name may be used before the catalogue section that
/// declares it has been read: it gets an id at once, and `finish` reports what was declared nowhere.
class ItemTable {
 public:
  /// The most counted resources, and the most features, that a catalogue can have once files add to it.
  static constexpr std::size_t kMostItems = 1024;

  /// Keeps the names of new items in `text`; all arguments must outlive the table.
  ItemTable(const Catalogue& known, TextArena& text, Problems& problems);

  /// The row of `name`, which must be one that an item can have.
  ItemRow find_or_add(std::string_view name);

  /// Declares the item at `mark`; false where it was declared before in that file or is something else.
  bool declare(ItemRow row, ItemKind kind, const Mark& mark);

  /// Says at `mark` what a counted resource requires.
  void declare_requires(ItemRow row, const Specified<std::string_view>& required, const Mark& mark);

  /// Where the item was counted before in the mapping number `mapping`; a mark without line at its first time.
  Mark note_key(ItemRow row, std::uint32_t mapping, const Mark& key);

  /// The mark that was noted last for a counted resource.
  const Mark& latest_key(ResourceId id) const { return rows_[counted_rows_[id]].key; }

  /// The id for a count, for the time being; nothing where the file cannot be valid.
  std::optional<ResourceId> count(ItemRow row, const CountUse& use);

  /// The id for a feature in a list, for the time being; nothing where the file cannot be valid.
  std::optional<FeatureId> list(ItemRow row, const Mark& mark);

  const std::string_view& name_of_counted(ResourceId id) const { return rows_[counted_rows_[id]].name; }
  const std::string_view& name_of_feature(FeatureId id) const { return rows_[feature_rows_[id]].name; }

  /// The message for a key of a licence or user that can name no item.
  std::string describe_unknown_count(std::string_view key, const KeySet& keys) const;

  /// The message for an item of a list of features that is none.
  std::string describe_unknown_feature(std::string_view name) const;

  /// Reports what can be told only now that all inputs have been read.
  void finish();

  /// Gives `document` its catalogue and its patches the ids of that; there must have been no problem.
  void build(Document& document) const;

 private:
  struct Row {
    std::string_view name;
    ItemKind kind = ItemKind::undeclared;
    bool is_known = false;
    Mark first;   // where it was declared first
    Mark latest;  // where it was declared last
    std::optional<ResourceId> counted_id;
    std::optional<FeatureId> feature_id;
    Specified<std::string_view> required;
    Mark required_at;
    std::uint32_t mapping = 0;  // the one that counted it last
    Mark key;                   // its key there
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
  std::vector<ItemRow> declared_;   // by files, in order
  std::size_t counted_number_ = 0;  // of those declared or known
  std::size_t feature_number_ = 0;
  std::vector<ItemRow> counted_rows_;  // by id
  std::vector<ItemRow> feature_rows_;  // by id
  std::vector<PendingCount> pending_counts_;
  std::vector<PendingFeature> pending_features_;
};

}  // namespace allot
