#include "libcore/model/catalogue.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

constexpr std::size_t kBuiltInCounted = 2;
constexpr std::size_t kBuiltInFeatures = 1;

/// Returns the ids 0 to `count`-1: the first `built_in` in order, the others by name.
template <typename Id, typename NameOf>
std::vector<Id> order_by_name(std::size_t count, std::size_t built_in, NameOf name_of) {
  std::vector<Id> ids(count);
  std::iota(ids.begin(), ids.end(), Id{0});
  const auto added = ids.begin() + static_cast<std::ptrdiff_t>(std::min(count, built_in));
  std::sort(added, ids.end(), [&](Id a, Id b) { return name_of(a) < name_of(b); });
  return ids;
}

}  // namespace

Catalogue Catalogue::built_in() {
  Catalogue catalogue;
  const ResourceId sip = catalogue.add_counted("sip", std::nullopt);
  catalogue.add_counted("mobile", sip);
  catalogue.add_feature("ukey2");
  return catalogue;
}

ResourceId Catalogue::add_counted(std::string name, std::optional<ResourceId> requires_id) {
  const auto id = static_cast<ResourceId>(counted_.size());
  const auto place = std::find_if(counted_by_name_.begin(), counted_by_name_.end(),
                                  [&](ResourceId other) { return counted_[other].name > name; });
  counted_by_name_.insert(place, id);
  counted_.push_back({std::move(name), requires_id});
  return id;
}

FeatureId Catalogue::add_feature(std::string name) {
  const auto id = static_cast<FeatureId>(features_.size());
  const auto place = std::find_if(features_by_name_.begin(), features_by_name_.end(),
                                  [&](FeatureId other) { return features_[other] > name; });
  features_by_name_.insert(place, id);
  features_.push_back(std::move(name));
  return id;
}

std::optional<ResourceId> Catalogue::find_counted(std::string_view name) const {
  const auto found =
      std::find_if(counted_.begin(), counted_.end(), [&](const CountedResource& entry) { return entry.name == name; });
  if (found == counted_.end()) return std::nullopt;
  return static_cast<ResourceId>(found - counted_.begin());
}

std::optional<FeatureId> Catalogue::find_feature(std::string_view name) const {
  const auto found = std::find(features_.begin(), features_.end(), name);
  if (found == features_.end()) return std::nullopt;
  return static_cast<FeatureId>(found - features_.begin());
}

bool Catalogue::is_built_in(std::string_view name) { return name == "sip" || name == "mobile" || name == "ukey2"; }

std::vector<ResourceId> Catalogue::counted_in_order() const {
  return order_by_name<ResourceId>(counted_.size(), kBuiltInCounted,
                                   [&](ResourceId id) -> const std::string& { return counted_[id].name; });
}

std::vector<FeatureId> Catalogue::features_in_order() const {
  return order_by_name<FeatureId>(features_.size(), kBuiltInFeatures,
                                  [&](FeatureId id) -> const std::string& { return features_[id]; });
}

std::vector<std::string> Catalogue::names() const {
  std::vector<std::string> names = features_;
  for (const CountedResource& entry : counted_) names.push_back(entry.name);
  return names;
}

std::optional<std::string> find_fault_in_item_name(std::string_view text) {
  static constexpr std::array<std::string_view, 22> kKeys{
      "allot", "catalog", "counted", "features", "requires", "restriction", "licenses", "groups",
      "kind",  "users",   "type",    "reminder", "low",      "before",      "repeat",   "suspended",
      "from",  "until",   "name",    "role",     "labels",   "language"};
  if (auto fault = find_fault_in_key(text)) return fault;
  if (std::find(kKeys.begin(), kKeys.end(), text) != kKeys.end()) return "is a key of the file format";
  return std::nullopt;
}

}  // namespace allot
