#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// The index of a counted resource in a catalogue; `sip` is 0, `mobile` 1.
using ResourceId = std::uint32_t;

/// The index of a feature in a catalogue; `ukey2` is 0.
using FeatureId = std::uint32_t;

/// A counted resource; its count in a licence or grant must not exceed that of the resource `requires_id`.
struct CountedResource {
  std::string name;
  std::optional<ResourceId> requires_id;
};

/// The counted resources and features that licences can hold; allot-rules(7), Catalogue.
class Catalogue {
 public:
  /// Returns the catalogue of a new store: `sip`, `mobile` which requires `sip`, and the feature `ukey2`.
  static Catalogue built_in();

  /// Append an entry; the name must be new and `requires_id` an id of this catalogue.
  ResourceId add_counted(std::string name, std::optional<ResourceId> requires_id);
  FeatureId add_feature(std::string name);

  std::optional<ResourceId> find_counted(std::string_view name) const;
  std::optional<FeatureId> find_feature(std::string_view name) const;
  bool has(std::string_view name) const { return find_counted(name) || find_feature(name); }
  static bool is_built_in(std::string_view name);

  const std::vector<CountedResource>& counted() const { return counted_; }
  const std::vector<std::string>& features() const { return features_; }

  /// Return the ids in the order of their names.
  const std::vector<ResourceId>& counted_by_name() const { return counted_by_name_; }
  const std::vector<FeatureId>& features_by_name() const { return features_by_name_; }

  /// Return the ids in the order in which they are shown and written: the built-in entries first, then by name.
  std::vector<ResourceId> counted_in_order() const;
  std::vector<FeatureId> features_in_order() const;

  /// Returns all names, for near matches and completion.
  std::vector<std::string> names() const;

 private:
  std::vector<CountedResource> counted_;
  std::vector<std::string> features_;
  std::vector<ResourceId> counted_by_name_;
  std::vector<FeatureId> features_by_name_;
};

/// Returns why `text` is not a valid name of a counted resource or feature; else nothing. The keys of a hierarchy file
/// beside which such names are written are not valid; allot-hierarchy(5).
std::optional<std::string> find_fault_in_item_name(std::string_view text);

}  // namespace allot
