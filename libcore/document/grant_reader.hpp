#pragma once

#include <cstdint>
#include <optional>

#include "libcore/document/document.hpp"
#include "libcore/document/item_table.hpp"
#include "libcore/document/key_merger.hpp"
#include "libcore/document/keys.hpp"
#include "libcore/document/node_reader.hpp"
#include "libcore/document/patch_table.hpp"

namespace allot {

/// Reads the grants, labels and languages of licences and users, one after the other.
class GrantReader {
 public:
  GrantReader(Document& document, ItemTable& items, KeyMerger& merger)
      : document_(document), items_(items), merger_(merger), patches_(document.patches) {}

  /// Begins the grant of an item whose mapping has `keys`.
  void begin(const KeySet& keys);

  /// Read the value of a key of the grant, or of `labels` or `language`.
  void read_features(const Event& key, NodeReader& nodes);
  void read_from(const Event& key, NodeReader& nodes);
  void read_until(const Event& key, NodeReader& nodes);
  void read_labels(const Event& key, NodeReader& nodes);
  void read_language(const Event& key, NodeReader& nodes);
  void read_count(const Event& key, NodeReader& nodes);

  /// Ends the grant of the new item `item` and returns the row of its patch.
  std::uint32_t add(const ItemRef& item);

  /// Ends the grant of `item`, merges it with the patch of earlier files at `kept` and returns the row of the result.
  std::uint32_t merge(std::uint32_t kept, const ItemRef& item);

 private:
  std::optional<FeatureId> find_feature(const Event& item, Problems& problems);

  Document& document_;
  ItemTable& items_;
  KeyMerger& merger_;
  PatchTable<GrantPatch> patches_;
  const KeySet* keys_ = nullptr;
  std::uint32_t mapping_ = 0;  // the number of the grant
  GrantPatch patch_;           // the patch of this grant
  Mark features_mark_;
  Mark from_mark_;
  Mark until_mark_;
  Mark labels_mark_;
  Mark language_mark_;
};

}  // namespace allot
