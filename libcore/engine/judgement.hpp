#pragma once

#include <cstdint>
#include <future>
#include <vector>

#include "libcore/model/tree_check.hpp"

namespace allot {

/// What a tree takes, and what is wrong with it.
struct Judgement {
  Tallies tallies;
  std::vector<std::int64_t> ceilings;
  Verdict verdict;
};

/// Judges `tree`, if it is large in a thread of its own, as other work can be done meanwhile; the arguments must
/// outlive the future.
std::future<Judgement> judge(const Tree& tree, const Foothold& foothold, const Catalogue& catalogue, Day today);

}  // namespace allot
