#include "libcore/access/figures_reader.hpp"

#include <utility>

#include "libcore/base/error.hpp"
#include "libcore/model/path.hpp"

namespace allot {

const Figures& FiguresReader::of(GroupId group, std::size_t depth) {
  const auto known = known_.find(group);
  if (known != known_.end()) return known->second;
  if (depth > Path::kMostNames) {
    throw Error::store("the store is damaged: a group is below itself", "restore a backup");
  }
  auto kept = rows_.find_figures(group);
  Figures figures = kept ? *std::move(kept) : compute(group, depth);
  return known_.insert_or_assign(group, std::move(figures)).first->second;
}

Figures FiguresReader::compute(GroupId group, std::size_t depth) {
  Figures figures;
  rows_.for_each_member(group, [&](const MembershipView& member) {
    ++figures.members;
    figures.allotted.add(member.grant);
  });
  rows_.for_each_child(group, [&](StoredGroup&& child) {
    ++figures.children;
    if (child.traits.restriction == Restriction::reserved) {
      for (const License& license : rows_.licenses_of(child.id)) figures.allotted.add(license.grant);
      return;
    }
    const Figures& below = of(child.id, depth + 1);
    figures.allotted.add(below.allotted);
    figures.ceilings += pass_ceilings(child.traits.restriction, below.ceilings);
  });
  return figures;
}

}  // namespace allot
