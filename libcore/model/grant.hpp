#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/base/day.hpp"
#include "libcore/model/catalogue.hpp"

namespace allot {

/// A count for each counted resource; 0 unless set.
class Counts {
 public:
  std::int32_t operator[](ResourceId id) const { return id < values_.size() ? values_[id] : 0; }
  void set(ResourceId id, std::int32_t count);
  bool is_empty() const { return values_.empty(); }

  /// Returns one past the last resource with a count above zero.
  ResourceId end() const { return static_cast<ResourceId>(values_.size()); }

  bool operator==(const Counts&) const = default;

 private:
  std::vector<std::int32_t> values_;  // no zeros at the end, so that equal counts compare equal
};

/// A set of features.
class Features {
 public:
  bool has(FeatureId id) const { return id / 64 < words_.size() && ((words_[id / 64] >> (id % 64)) & 1U) != 0; }
  void add(FeatureId id);
  void remove(FeatureId id);
  bool is_empty() const { return words_.empty(); }

  /// Returns one past the last feature in the set.
  FeatureId end() const;

  /// Returns whether every feature of `other` is in this set.
  bool includes(const Features& other) const;

  bool operator==(const Features&) const = default;

 private:
  std::vector<std::uint64_t> words_;  // no zero words at the end
};

/// The contents of a licence or membership: counts, features and a period.
struct Grant {
  Counts counts;
  Features features;
  Period period;

  bool operator==(const Grant&) const = default;
};

}  // namespace allot
