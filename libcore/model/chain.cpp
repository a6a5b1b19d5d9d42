#include "libcore/model/chain.hpp"

#include <utility>

#include "libcore/base/error.hpp"
#include "libcore/model/path.hpp"

namespace allot {

void Chain::push(Link link) {
  // Only in a damaged store, where a group may even be above itself.
  if (links_.size() > Path::kMostNames)
    throw Error::store("the store is damaged: its groups are nested too deep", "restore a backup");
  link.power = scope_->power_in(link.id, links_.empty() ? Power::none : links_.back().power);
  links_.push_back(std::move(link));
  make_offer(links_.size() - 1);
}

void Chain::make_offer(std::size_t at) {
  Link& link = links_[at];
  link.offer.reset();
  if (link.is_restricted()) link.offer = Offer::of(grants_of(link.licenses), find_offer_above(at), *catalogue_);
}

std::optional<std::size_t> Chain::find_restricted(std::size_t at) const {
  for (std::size_t i = at + 1; i-- > 0;) {
    if (links_[i].is_restricted()) return i;
  }
  return std::nullopt;
}

const Offer* Chain::find_offer_above(std::size_t at) const {
  if (at == 0) return nullptr;
  const auto above = find_restricted(at - 1);
  return above ? &*links_[*above].offer : nullptr;
}

const Offer* Chain::find_offer() const { return find_offer_above(links_.size()); }

std::string Chain::path_of(std::size_t at) const {
  if (!is_visible(at)) return std::string{kAbove};
  if (at == 0) return "/";
  std::string path;
  for (std::size_t i = 1; i <= at; ++i) {
    path += '/';
    path += links_[i].name;
  }
  return path;
}

void Chain::allot(std::size_t at, const Tally& change, const Touched& touched) {
  if (change.is_zero()) return;
  for (std::size_t i = at + 1; i-- > 0;) {
    links_[i].allotted.add(change);
    touched(i);
    if (links_[i].traits.restriction == Restriction::reserved) return;
  }
}

void Chain::count_ceilings(std::size_t at, std::int64_t change, const Touched& touched) {
  if (change == 0) return;
  for (std::size_t i = at + 1; i-- > 0;) {
    links_[i].ceilings += change;
    touched(i);
    if (links_[i].is_restricted()) return;
  }
}

Tally Chain::replace_last(const GroupTraits& traits, std::vector<License> licenses) {
  const std::size_t at = links_.size() - 1;
  const Tally before = links_[at].taken();
  links_[at].traits = traits;
  links_[at].licenses = std::move(licenses);
  make_offer(at);
  Tally change = links_[at].taken();
  change.add(before, -1);
  return change;
}

}  // namespace allot
