#include "libcore/model/ancestor_path.hpp"

#include <utility>

#include "libcore/base/error.hpp"
#include "libcore/model/path.hpp"

namespace allot {

void AncestorPath::push(PathNode node) {
  // This happens only in a damaged store, in which the ancestors can form a cycle.
  if (nodes_.size() > Path::kMostNames)
    throw Error::store("the store is damaged: its groups are nested too deep", "restore a backup");
  node.access = scope_->access_in(node.id, nodes_.empty() ? AccessLevel::none : nodes_.back().access);
  nodes_.push_back(std::move(node));
  make_capacity(nodes_.size() - 1);
}

void AncestorPath::make_capacity(std::size_t at) {
  PathNode& node = nodes_[at];
  node.capacity.reset();
  if (node.is_restricted())
    node.capacity = Capacity::of(grants_of(node.licenses), find_capacity_above(at), *catalogue_);
}

std::optional<std::size_t> AncestorPath::find_restricted(std::size_t at) const {
  for (std::size_t i = at + 1; i-- > 0;) {
    if (nodes_[i].is_restricted()) return i;
  }
  return std::nullopt;
}

const Capacity* AncestorPath::find_capacity_above(std::size_t at) const {
  if (at == 0) return nullptr;
  const auto above = find_restricted(at - 1);
  return above ? &*nodes_[*above].capacity : nullptr;
}

const Capacity* AncestorPath::find_capacity() const { return find_capacity_above(nodes_.size()); }

std::string AncestorPath::path_of(std::size_t at) const {
  if (!is_visible(at)) return std::string{kAbove};
  if (at == 0) return "/";
  std::string path;
  for (std::size_t i = 1; i <= at; ++i) {
    path += '/';
    path += nodes_[i].name;
  }
  return path;
}

void AncestorPath::allot(std::size_t at, const Usage& change, const Touched& touched) {
  if (change.is_zero()) return;
  for (std::size_t i = at + 1; i-- > 0;) {
    nodes_[i].allotted.add(change);
    touched(i);
    if (nodes_[i].traits.restriction == Restriction::reserved) return;
  }
}

void AncestorPath::count_ceilings(std::size_t at, std::int64_t change, const Touched& touched) {
  if (change == 0) return;
  for (std::size_t i = at + 1; i-- > 0;) {
    nodes_[i].ceilings += change;
    touched(i);
    if (nodes_[i].is_restricted()) return;
  }
}

Usage AncestorPath::replace_last(const GroupTraits& traits, std::vector<License> licenses) {
  const std::size_t at = nodes_.size() - 1;
  const Usage before = nodes_[at].taken();
  nodes_[at].traits = traits;
  nodes_[at].licenses = std::move(licenses);
  make_capacity(at);
  Usage change = nodes_[at].taken();
  change.add(before, -1);
  return change;
}

}  // namespace allot
