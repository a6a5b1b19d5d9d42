#include "libcore/document/patch_table.hpp"

#include <functional>
#include <string_view>

namespace allot {
namespace {

std::uint64_t bits_of(const Day& day) { return static_cast<std::uint32_t>(day.number()); }
std::uint64_t bits_of(std::string_view text) { return std::hash<std::string_view>{}(text); }
std::uint64_t bits_of(const Labels& labels) { return bits_of(labels.text()); }
std::uint64_t bits_of(const Language& language) { return bits_of(language.text()); }
std::uint64_t bits_of(Restriction restriction) { return static_cast<std::uint64_t>(restriction); }
std::uint64_t bits_of(bool value) { return value ? 1 : 0; }

std::uint64_t bits_of(const Features& features) {
  Hasher hasher;
  for (FeatureId id = 0; id < features.end(); ++id) {
    if (features.has(id)) hasher.add(id);
  }
  return hasher.result();
}

std::uint64_t bits_of(const Reminder& reminder) {
  Hasher hasher;
  for (const std::int16_t days : reminder.before.days()) hasher.add(static_cast<std::uint64_t>(days));
  hasher.add((static_cast<std::uint64_t>(reminder.repeat) << 1) | (reminder.users ? 1U : 0U));
  hasher.add(static_cast<std::uint64_t>(reminder.low));
  return hasher.result();
}

template <typename T>
void add(Hasher& hasher, const Specified<T>& specified) {
  hasher.add((specified.is_said ? 2U : 0U) | (specified.value ? 1U : 0U));
  if (specified.value) hasher.add(bits_of(*specified.value));
}

}  // namespace

std::uint32_t hash_of(const GrantPatch& patch) {
  Hasher hasher;
  for (const auto& [id, count] : patch.counts) {
    hasher.add((std::uint64_t{id} << 32) | static_cast<std::uint32_t>(count));
  }
  add(hasher, patch.features);
  add(hasher, patch.from);
  add(hasher, patch.until);
  add(hasher, patch.labels);
  add(hasher, patch.language);
  return hasher.result();
}

std::uint32_t hash_of(const TraitsPatch& patch) {
  Hasher hasher;
  add(hasher, patch.kind);
  add(hasher, patch.labels);
  add(hasher, patch.language);
  add(hasher, patch.restriction);
  add(hasher, patch.suspended);
  add(hasher, patch.reminder);
  return hasher.result();
}

}  // namespace allot
