#include "libcore/model/ancestor_path.hpp"

#include <utility>

#include "libcore/base/error.hpp"
#include "libcore/model/path.hpp"

namespace allot {

void AncestorPath::push(PathNode node) {
  // Only in a damaged store, where a group may even be above itself.
  if (links_.size() > Path::kMostNames)
    throw Error::store("the store is damaged: its groups are nested too deep", "restore a backup");
  node.access = scope_->access_in(node.id, links_.empty() ? AccessLevel::none : links_.back().access);
  links_.push_back(std::move(node));
  make_offer(links_.size() - 1);
}

void AncestorPath::make_offer(std::size_t at) {
  PathNode& node = links_[at];
  node.capacity.reset();
  if (node.is_restricted()) node.capacity = Capacity::of(grants_of(node.licenses), find_offer_above(at), *catalogue_);
}

std::optional<std::size_t> AncestorPath::find_restricted(std::size_t at) const {
  for (std::size_t i = at + 1; i-- > 0;) {
    if (links_[i].is_restricted()) return i;
  }
  return std::nullopt;
}

const Capacity* AncestorPath::find_offer_above(std::size_t at) const {
  if (at == 0) return nullptr;
  const auto above = find_restricted(at - 1);
  return above ? &*links_[*above].capacity : nullptr;
}

const Capacity* AncestorPath::find_offer() const { return find_offer_above(links_.size()); }

std::string AncestorPath::path_of(std::size_t at) const {
  if (!is_visible(at)) return std::string{kAbove};
  if (at == 0) return "/";
  std::string path;
  for (std::size_t i = 1; i <= at; ++i) {
    path += '/';
    path += links_[i].name;
  }
  return path;
}

void AncestorPath::allot(std::size_t at, const Usage& change, const Touched& touched) {
  if (change.is_zero()) return;
  for (std::size_t i = at + 1; i-- > 0;) {
    links_[i].allotted.add(change);
    touched(i);
    if (links_[i].traits.restriction == Restriction::reserved) return;
  }
}

void AncestorPath::count_ceilings(std::size_t at, std::int64_t change, const Touched& touched) {
  if (change == 0) return;
  for (std::size_t i = at + 1; i-- > 0;) {
    links_[i].ceilings += change;
    touched(i);
    if (links_[i].is_restricted()) return;
  }
}

Usage AncestorPath::replace_last(const GroupTraits& traits, std::vector<License> licenses) {
  const std::size_t at = links_.size() - 1;
  const Usage before = links_[at].taken();
  links_[at].traits = traits;
  links_[at].licenses = std::move(licenses);
  make_offer(at);
  Usage change = links_[at].taken();
  change.add(before, -1);
  return change;
}

}  // namespace allot
