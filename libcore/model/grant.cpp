#include "libcore/model/grant.hpp"

#include <bit>

namespace allot {

void Counts::set(ResourceId id, std::int32_t count) {
  if (id >= values_.size()) {
    if (count == 0) return;
    values_.resize(id + 1, 0);
  }
  values_[id] = count;
  while (!values_.empty() && values_.back() == 0) values_.pop_back();
}

void Features::add(FeatureId id) {
  if (id / 64 >= words_.size()) words_.resize(id / 64 + 1, 0);
  words_[id / 64] |= std::uint64_t{1} << (id % 64);
}

void Features::remove(FeatureId id) {
  if (id / 64 >= words_.size()) return;
  words_[id / 64] &= ~(std::uint64_t{1} << (id % 64));
  while (!words_.empty() && words_.back() == 0) words_.pop_back();
}

FeatureId Features::end() const {
  if (words_.empty()) return 0;
  return static_cast<FeatureId>(words_.size() * 64 - static_cast<std::size_t>(std::countl_zero(words_.back())));
}

bool Features::includes(const Features& other) const {
  for (FeatureId id = 0; id < other.end(); ++id) {
    if (other.has(id) && !has(id)) return false;
  }
  return true;
}

}  // namespace allot
