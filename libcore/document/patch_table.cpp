#include "libcore/document/patch_table.hpp"

#include <functional>
#include <string_view>

namespace allot {
namespace {

std::uint64_t bits_of(const Specified<Day>& day) {
  const auto number = day.value ? static_cast<std::uint32_t>(day.value->number()) : 0;
  return (std::uint64_t{number} << 2) | (day.is_said ? 2U : 0U) | (day.value ? 1U : 0U);
}

std::uint32_t hash_of(const GrantPatch& patch) {
  Hasher hasher;
  for (const auto& [id, count] : patch.counts) {
    hasher.add((std::uint64_t{id} << 32) | static_cast<std::uint32_t>(count));
  }
  hasher.add(bits_of(patch.from));
  hasher.add(bits_of(patch.until));
  hasher.add((patch.features.is_said ? 2U : 0U) | (patch.features.value ? 1U : 0U));
  if (patch.features.value) {
    for (FeatureId id = 0; id < patch.features.value->end(); ++id) {
      if (patch.features.value->has(id)) hasher.add(id);
    }
  }
  hasher.add((patch.labels.is_said ? 2U : 0U) | (patch.labels.value ? 1U : 0U));
  if (patch.labels.value) hasher.add(std::hash<std::string_view>{}(patch.labels.value->text()));
  hasher.add((patch.language.is_said ? 2U : 0U) | (patch.language.value ? 1U : 0U));
  if (patch.language.value) hasher.add(std::hash<std::string_view>{}(patch.language.value->text()));
  return hasher.result();
}

}  // namespace

std::uint32_t PatchTable::find_or_add(const GrantPatch& patch) {
  const std::size_t before = rows_.size();
  const std::uint32_t row = index_.find_or_add(rows_, patch, hash_of(patch));
  if (rows_.size() > before && patch.features.value) feature_bytes_ += patch.features.value->end() / 8;
  return row;
}

}  // namespace allot
