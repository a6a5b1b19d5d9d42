#pragma once

#include <map>
#include <string>
#include <vector>

#include "libcore/model/labels.hpp"

namespace allot {

/// The specified labels of a group, licence or membership; other labels are unchanged.
struct LabelChange {
  std::map<std::string, std::string> set;
  std::vector<std::string> removed;

  bool is_empty() const { return set.empty() && removed.empty(); }
};

/// Applies a change to the labels of an item; throws not_found for a removed label that it does not have.
void apply(const LabelChange& specified, Labels& labels);

/// Throws in_use if there are more than `Labels::kMost`. Called when the change is authorized.
void require_few(const Labels& labels);

}  // namespace allot
