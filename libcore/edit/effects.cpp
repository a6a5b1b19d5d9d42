#include "libcore/edit/effects.hpp"

#include <memory>
#include <utility>

#include "libcore/history/tree_at.hpp"

namespace allot {
namespace {

/// The hierarchy before and after the open write: the rows as of the revision before it, and the current rows.
class StoredTrees : public EffectTrees {
 public:
  StoredTrees(Store& store, const Scope& scope)
      : after_(store),
        created_(store.created_groups()),
        catalogue_(store.catalogue()),
        before_(store.rows_before_write()),
        places_before_(*before_, scope),
        places_after_(after_, scope) {
    before_->read_with(catalogue_);
  }

  std::optional<Group> find(GroupId group, Side side) override {
    if (side == Side::before && created_.contains(group)) return std::nullopt;
    Snapshot& rows = side == Side::before ? *before_ : after_;
    auto found = rows.find_group(group);
    if (!found) return std::nullopt;
    Group result{found->parent, std::move(found->traits), {}};
    if (result.traits.restriction != Restriction::none) result.licenses = rows.licenses_of(group);
    return result;
  }

  std::string path_of(GroupId group, Side side) override {
    return (side == Side::before ? places_before_ : places_after_).find(group).path;
  }

  AccessLevel access_in(GroupId group) override { return places_after_.find(group).access; }

  void for_each_child(GroupId group, const std::function<void(GroupId, const GroupTraits&)>& visit) override {
    after_.for_each_child(group, [&](StoredGroup&& child) {
      if (!created_.contains(child.id)) visit(child.id, child.traits);
    });
  }

  std::vector<License> licenses_of(GroupId group) override { return after_.licenses_of(group); }

  void for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit) override {
    after_.for_each_member(group, visit);
  }

 private:
  Snapshot& after_;
  const IdRanges& created_;
  Catalogue catalogue_;  // the current entries, and removed entries that rows of before name
  std::unique_ptr<Snapshot> before_;
  TreeAt places_before_;
  TreeAt places_after_;
};

}  // namespace

std::vector<Effect> find_effects(Store& store, std::vector<GroupId> changed, const Scope& scope, Day today) {
  std::erase_if(changed, [&](GroupId group) { return store.created_groups().contains(group); });
  if (changed.empty()) return {};
  StoredTrees trees{store, scope};
  return find_effects(trees, changed, store.catalogue(), scope, today);
}

}  // namespace allot
