#include "libcore/engine/judgement.hpp"

namespace allot {
namespace {

constexpr std::size_t kLargeTree = 10'000;  // groups; from here on a thread is worth starting

}  // namespace

std::future<Judgement> judge(const Tree& tree, const Foothold& foothold, const Catalogue& catalogue, Day today) {
  const auto policy =
      tree.groups().size() < kLargeTree ? std::launch::deferred : std::launch::async | std::launch::deferred;
  return std::async(policy, [&, today] {
    Judgement judgement{Tallies{tree, catalogue}, count_ceilings(tree), Verdict{catalogue}};
    check_tree(tree, judgement.tallies, foothold, catalogue, today, judgement.verdict);
    return judgement;
  });
}

}  // namespace allot
