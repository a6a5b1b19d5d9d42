#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libcore/document/document.hpp"
#include "libcore/document/grant_reader.hpp"
#include "libcore/document/item_table.hpp"
#include "libcore/document/key_merger.hpp"
#include "libcore/document/keys.hpp"
#include "libcore/document/node_reader.hpp"
#include "libcore/document/patch_table.hpp"
#include "libcore/document/problems.hpp"
#include "libcore/model/name_index.hpp"
#include "libcore/model/rows.hpp"

namespace allot {

/// Reads several inputs, one after the other, into one document; see `read_hierarchy`.
class HierarchyReader {
 public:
  /// The arguments must outlive this object.
  HierarchyReader(const std::vector<Input>& inputs, const Catalogue& known, const Target& target, Document& document,
                  const TakeMembers& taking);

  /// Reads all inputs; throws invalid_input with every problem.
  void read();

 private:
  /// A row of a table, and whether it is new.
  struct Entered {
    std::uint32_t row = 0;
    bool is_new = true;
  };
  struct GroupKeyOf {
    const Rows<Document::Group>* rows;
    std::pair<std::uint32_t, std::string_view> operator()(std::uint32_t row) const {
      return {(*rows)[row].parent, (*rows)[row].name};
    }
  };
  struct LicenseKeyOf {
    const Rows<Document::License>* rows;
    std::pair<std::uint32_t, std::string_view> operator()(std::uint32_t row) const {
      return {(*rows)[row].group, (*rows)[row].name};
    }
  };
  struct MemberKeyOf {
    const Rows<Document::Member>* rows;
    std::pair<std::uint32_t, std::string_view> operator()(std::uint32_t row) const {
      return {(*rows)[row].group, (*rows)[row].email};
    }
  };

  /// Whether many items have the same text, so that it is stored once.
  enum class Sharing { own, shared };

  template <typename Row, typename KeyOf, Case kCase, typename Make>
  Entered enter(Rows<Row>& rows, NameIndex<KeyOf, kCase>& index, TableId table, std::uint32_t owner,
                std::string_view name, const Event& key, Make make);

  /// Returns whether there is one input, so that duplicate items can only occur in one mapping.
  bool is_alone() const { return inputs_.size() == 1; }

  void read_file(std::uint32_t file);
  void read_version(NodeReader& nodes);
  bool read_group_entries(NodeReader& nodes, std::uint32_t group, std::size_t depth, const KeySet& keys);
  bool read_group_trait(GroupKey which, const Mark& mark, NodeReader& nodes, std::uint32_t group, TraitsPatch& patch);
  void read_group_contents(GroupKey which, NodeReader& nodes, std::uint32_t group, std::size_t depth);
  void read_groups(NodeReader& nodes, std::uint32_t parent, std::size_t depth);
  void let_members_be_taken();
  Specified<Restriction> read_restriction_of(std::uint32_t group, NodeReader& nodes);
  void read_license(const Event& key, NodeReader& nodes, std::uint32_t group);
  void read_user(const Event& key, NodeReader& nodes, std::uint32_t group);
  Specified<ShortText> read_text(NodeReader& nodes, std::string_view what, Sharing sharing);
  ShortText keep_shared(std::string_view text);

  const std::vector<Input>& inputs_;
  const Target& target_;
  const TakeMembers& taking_;
  std::vector<std::string> files_;
  Document& document_;
  Problems problems_;
  ItemTable items_;
  KeyMerger merger_;
  GrantReader grants_;
  PatchTable<TraitsPatch> traits_patches_;
  NameIndex<GroupKeyOf> group_index_;
  NameIndex<LicenseKeyOf> license_index_;
  NameIndex<MemberKeyOf, Case::folded> member_index_;
  std::unordered_map<std::uint64_t, Mark> said_again_;  // the items of earlier files that this file specifies, by table
                                                        // and row
  std::unordered_map<std::string_view, ShortText> shared_texts_;  // kinds and types, which are stored once
  bool has_version_ = false;                                      // whether this file has the key `allot`
};

/// Returns the row that an earlier file created for the item, or adds the row that `make` returns. An item that this
/// file has already specified is reported as a duplicate and gets a separate row, so that its contents are checked
/// separately.
template <typename Row, typename KeyOf, Case kCase, typename Make>
HierarchyReader::Entered HierarchyReader::enter(Rows<Row>& rows, NameIndex<KeyOf, kCase>& index, TableId table,
                                                std::uint32_t owner, std::string_view name, const Event& key,
                                                Make make) {
  const auto found = index.find(owner, name);
  if (found && rows[*found].mark.file != key.mark.file) {
    const std::uint64_t item = (std::uint64_t{*found} << 2) | static_cast<std::uint64_t>(table);
    const auto [again, is_first] = said_again_.try_emplace(item, key.mark);
    if (is_first) return {*found, false};
    problems_.add_duplicate(key.text, key.mark, again->second);
  } else if (found) {
    problems_.add_duplicate(key.text, key.mark, rows[*found].mark);
  }
  const auto row = static_cast<std::uint32_t>(rows.size());
  rows.push_back(make());
  if (!found) index.insert(row);
  return {row, true};
}

}  // namespace allot
