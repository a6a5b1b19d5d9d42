#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libcore/document/document.hpp"
#include "libcore/document/item_table.hpp"
#include "libcore/document/problems.hpp"

namespace allot {

/// The tables of a Document.
enum class TableId : std::uint8_t { groups, licenses, members };

/// An item of a Document, with the mark of its row.
struct ItemRef {
  TableId table = TableId::groups;
  std::uint32_t row = 0;
  Mark mark;
};

/// The keys of an item that several files can specify; that of a count is `counts` plus its id.
enum class SpecifiedKey : std::uint32_t {
  kind,
  labels,
  language,
  restriction,
  suspended,
  reminder,
  type,
  name,
  role,
  features,
  from,
  until,
  counts
};

/// Merges the specifications of an item in several files by key. A key of one file only is used; a key with different
/// values in two files is reported at the second place.
class KeyMerger {
 public:
  /// `file_count` is the number of inputs.
  KeyMerger(std::size_t file_count, const ItemTable& items, Problems& problems)
      : file_count_(file_count), items_(items), problems_(problems) {}

  /// Merges the value at `mark` of the key called `word` into `kept`.
  template <typename T>
  void merge(Specified<T>& kept, const Specified<T>& specified, const ItemRef& item, SpecifiedKey key,
             std::string_view word, const Mark& mark) {
    if (!specified.is_said || (kept.is_said && kept == specified)) return;
    if (kept.is_said) {
      problems_.add(mark, [&] {
        return tell_conflict(word, describe(specified), describe(kept),
                             find_place(item, static_cast<std::uint32_t>(key)));
      });
      return;
    }
    kept = specified;
    note(item, key, mark);
  }

  /// Merges counts; the item table has the place of each count in `specified`.
  void merge_counts(GrantPatch& kept, const GrantPatch& specified, const ItemRef& item);

  /// Records the first place of a key of an item.
  void note(const ItemRef& item, SpecifiedKey key, const Mark& mark) {
    note(item, static_cast<std::uint32_t>(key), mark);
  }

  /// Records the places of the counts of a new item.
  void note_counts(const GrantPatch& specified, const ItemRef& item);

 private:
  struct Place {
    TableId table;
    std::uint32_t row;
    std::uint32_t key;

    bool operator==(const Place&) const = default;
  };
  struct PlaceHash {
    std::size_t operator()(const Place& place) const;
  };

  template <typename T>
  std::string describe(const Specified<T>& specified) const {
    return specified.value ? describe_value(*specified.value) : "empty";
  }
  std::string describe_value(std::string_view text) const;
  std::string describe_value(Restriction restriction) const;
  std::string describe_value(Role role) const;
  std::string describe_value(bool value) const;
  std::string describe_value(const Reminder& reminder) const;
  std::string describe_value(const Features& features) const;
  std::string describe_value(const Labels& labels) const;
  std::string describe_value(const Language& language) const;
  std::string describe_value(Day day) const;

  std::string tell_conflict(std::string_view word, std::string_view specified, std::string_view kept,
                            const Mark& first) const;
  void note(const ItemRef& item, std::uint32_t key, const Mark& mark);
  Mark find_place(const ItemRef& item, std::uint32_t key) const;

  std::size_t file_count_;
  const ItemTable& items_;
  Problems& problems_;
  // the places of keys that are not on the line of their item's mark
  std::unordered_map<Place, Mark, PlaceHash> places_;
};

}  // namespace allot
