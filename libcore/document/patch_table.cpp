#include "libcore/document/patch_table.hpp"

#include <utility>

namespace allot {
namespace {

class Hasher {
 public:
  void add(std::uint64_t value) {
    state_ = (state_ ^ value) * 0x9E3779B97F4A7C15ULL;
    state_ ^= state_ >> 29;
  }
  void add(const Said<Day>& day) {
    const auto number = day.value ? static_cast<std::uint32_t>(day.value->number()) : 0;
    add((std::uint64_t{number} << 2) | (day.is_said ? 2U : 0U) | (day.value ? 1U : 0U));
  }
  std::uint32_t result() const { return static_cast<std::uint32_t>(state_ >> 32); }

 private:
  std::uint64_t state_ = 0;
};

std::uint32_t hash_of(const GrantPatch& patch) {
  Hasher hasher;
  for (const auto& [id, count] : patch.counts) {
    hasher.add((std::uint64_t{id} << 32) | static_cast<std::uint32_t>(count));
  }
  hasher.add(patch.from);
  hasher.add(patch.until);
  hasher.add((patch.features.is_said ? 2U : 0U) | (patch.features.value ? 1U : 0U));
  if (patch.features.value) {
    for (FeatureId id = 0; id < patch.features.value->end(); ++id) {
      if (patch.features.value->has(id)) hasher.add(id);
    }
  }
  return hasher.result();
}

}  // namespace

std::uint32_t PatchTable::find_or_add(const GrantPatch& patch) {
  const std::uint32_t hash = hash_of(patch);
  std::size_t slot = find_slot(patch, hash);
  if (slots_[slot] != kFree) return slots_[slot];
  if (2 * (rows_.size() + 1) > slots_.size()) {
    grow();
    slot = find_slot(patch, hash);
  }
  slots_[slot] = static_cast<std::uint32_t>(rows_.size());
  rows_.push_back(patch);
  hashes_.push_back(hash);
  if (patch.features.value) feature_bytes_ += patch.features.value->end() / 8;
  return slots_[slot];
}

/// The slot that holds a row equal to `patch`, else the free one where it would stand.
std::size_t PatchTable::find_slot(const GrantPatch& patch, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at] != kFree && (hashes_[slots_[at]] != hash || rows_[slots_[at]] != patch)) at = (at + 1) & mask;
  return at;
}

void PatchTable::grow() {
  std::vector<std::uint32_t> larger(slots_.size() * 2, kFree);
  const std::size_t mask = larger.size() - 1;
  for (const std::uint32_t row : slots_) {
    if (row == kFree) continue;
    std::size_t at = hashes_[row] & mask;
    while (larger[at] != kFree) at = (at + 1) & mask;
    larger[at] = row;
  }
  slots_ = std::move(larger);
}

}  // namespace allot
