#include "libcore/query/entitlements.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "libcore/base/text.hpp"
#include "libcore/model/in_force.hpp"
#include "libcore/model/rows.hpp"
#include "libcore/model/text_arena.hpp"
#include "libcore/query/view.hpp"

namespace allot {
namespace {

/// The groups of a walk with the items that are enabled in them. A group takes about 60 bytes, as a path is composed
/// of names, and most groups have the items of their parent.
class EnabledGroups {
 public:
  using Row = std::uint32_t;

  EnabledGroups(const Catalogue& catalogue, Day day) : catalogue_(catalogue), day_(day) {}

  /// Adds the last group of `ancestors`, which is that many levels below the root of the walk, in path order.
  void add(const AncestorPath& ancestors, std::size_t level) {
    open_.resize(level);
    open_.push_back(level == 0 ? add_root(ancestors) : add_below(open_.back(), ancestors));
    if (ancestors.back().members > 0) by_id_.emplace_back(ancestors.back().id, open_.back());
  }

  /// Prepares `row_of`, after the last group was added.
  void finish() { std::sort(by_id_.begin(), by_id_.end()); }

  /// Returns the row of a group with memberships, in path order.
  Row row_of(GroupId group) const {
    const auto found = std::lower_bound(by_id_.begin(), by_id_.end(), std::pair{group, Row{0}});
    if (found != by_id_.end() && found->first == group) return found->second;
    throw Error::store("the store is damaged: a membership is in no group", "restore a backup");
  }

  bool is_enabled(Row row, const Item& item) const { return (*rows_[row].enabled)[index_of(item)]; }

  std::string path_of(Row row) const {
    if (rows_[row].parent == kNone) return std::string{rows_[row].name};
    std::size_t size = 0;
    Row top = row;
    for (; rows_[top].parent != kNone; top = rows_[top].parent) size += 1 + rows_[top].name.size();
    std::string path{rows_[top].name == "/" ? std::string_view{} : rows_[top].name};
    std::size_t end = path.size() + size;
    path.resize(end);
    for (; row != top; row = rows_[row].parent) {
      const std::string_view name = rows_[row].name;
      end -= name.size();
      name.copy(path.data() + end, name.size());
      path[--end] = '/';
    }
    return path;
  }

 private:
  using Enabled = std::vector<bool>;  // for each item
  static constexpr Row kNone = UINT32_MAX;

  struct GroupRow {
    std::string_view name;  // of a root of the walk, its path
    Row parent = kNone;
    const Enabled* enabled = nullptr;
  };

  std::size_t index_of(const Item& item) const {
    return item.kind == Item::Kind::counted ? item.id : catalogue_.counted().size() + item.id;
  }

  Row add_row(std::string_view name, Row parent, const Enabled* enabled) {
    rows_.push_back({name, parent, enabled});
    return static_cast<Row>(rows_.size() - 1);
  }

  Row add_root(const AncestorPath& ancestors) {
    Enabled enabled(catalogue_.counted().size() + catalogue_.features().size(), true);
    for (std::size_t at = 0; at < ancestors.size(); ++at) disable_blocked(ancestors, at, enabled);
    return add_row(names_.keep(ancestors.path()), kNone, keep(enabled));
  }

  Row add_below(Row parent, const AncestorPath& ancestors) {
    return add_row(names_.keep(ancestors.back().name), parent, enabled_below(parent, ancestors));
  }

  /// Returns what is enabled in the last group of `ancestors`.
  const Enabled* enabled_below(Row parent, const AncestorPath& ancestors) {
    const Enabled* const above = rows_[parent].enabled;
    const PathNode& group = ancestors.back();
    if (!group.is_restricted() && !group.traits.suspended) return above;
    Enabled enabled = *above;
    disable_blocked(ancestors, ancestors.size() - 1, enabled);
    return enabled == *above ? above : keep(enabled);
  }

  void disable_blocked(const AncestorPath& ancestors, std::size_t at, Enabled& enabled) const {
    const auto disable = [&](const Item& item) {
      const std::size_t index = index_of(item);
      if (enabled[index] && find_block(ancestors, at, item, day_)) enabled[index] = false;
    };
    for (ResourceId id = 0; id < catalogue_.counted().size(); ++id) disable(Item::counted(id));
    for (FeatureId id = 0; id < catalogue_.features().size(); ++id) disable(Item::feature(id));
  }

  const Enabled* keep(const Enabled& enabled) { return &*distinct_.insert(enabled).first; }

  const Catalogue& catalogue_;
  Day day_;
  TextArena names_;
  std::set<Enabled> distinct_;
  Rows<GroupRow> rows_;
  std::vector<std::pair<GroupId, Row>> by_id_;
  std::vector<Row> open_;  // the last group and those above it, up to the root of the walk
};

/// Collects the memberships of each user, which come one after the other.
class UserCollector {
 public:
  using Visit = std::function<void(const EntitledUser&)>;

  UserCollector(const EnabledGroups& groups, const Catalogue& catalogue, Day day, const Visit& visit)
      : groups_(groups), catalogue_(catalogue), day_(day), visit_(visit) {}

  void add(GroupId group, const MembershipView& member) {
    if (count_ > 0 && !equals_folded(user_.email, member.email)) finish();
    if (count_ == 0) user_.email = member.email;
    if (count_ == memberships_.size()) memberships_.emplace_back();
    Collected& next = memberships_[count_++];
    next.row = groups_.row_of(group);
    next.name = member.name;
    next.inherits_features = member.inherits_features;
    next.grant = member.grant;
  }

  /// Visits the user whose memberships were added last.
  void finish() {
    if (count_ == 0) return;
    const auto end = memberships_.begin() + static_cast<std::ptrdiff_t>(std::exchange(count_, 0));
    std::sort(memberships_.begin(), end, [](const Collected& a, const Collected& b) { return a.row < b.row; });
    user_.name.clear();
    user_.entitlement = Entitlement{catalogue_};
    for (auto each = memberships_.begin(); each != end; ++each) {
      if (user_.name.empty()) user_.name = each->name;
      if (!each->grant.period.contains(day_)) continue;
      user_.entitlement.add(groups_.path_of(each->row), each->grant, each->inherits_features,
                            [&](const Item& item) { return groups_.is_enabled(each->row, item); });
    }
    visit_(user_);
  }

 private:
  struct Collected {
    EnabledGroups::Row row = 0;
    std::string name;
    bool inherits_features = false;
    Grant grant;
  };

  const EnabledGroups& groups_;
  const Catalogue& catalogue_;
  Day day_;
  const Visit& visit_;
  EntitledUser user_;
  std::vector<Collected> memberships_;  // the first `count_` are of the user; the others keep their memory
  std::size_t count_ = 0;
};

}  // namespace

void Entitlement::add(const std::string& path, const Grant& grant, bool inherits_features,
                      const std::function<bool(const Item&)>& is_enabled) {
  for (ResourceId id = 0; id < grant.counts.end(); ++id) {
    const std::int64_t count = grant.counts[id];
    if (count == 0 || !is_enabled(Item::counted(id))) continue;
    counts[id].total += count;
    counts[id].from.emplace_back(path, count);
  }
  for (FeatureId id = 0; id < features.size(); ++id) {
    if (!inherits_features && !grant.features.has(id)) continue;
    if (is_enabled(Item::feature(id))) features[id].push_back(path);
  }
}

void View::for_each_entitled(const std::vector<Path>& tops, Day day,
                             const std::function<void(const EntitledUser&)>& visit) {
  EnabledGroups groups{catalogue(), day};
  std::vector<GroupId> ids;
  std::uint64_t total = 0;
  for (const Path& top : tops) {
    walk(top, std::nullopt, [&](const AncestorPath& ancestors) {
      const std::size_t level = ancestors.size() - 1 - top.depth();
      if (level == 0) ids.push_back(ancestors.back().id);
      groups.add(ancestors, level);
      total += static_cast<std::uint64_t>(ancestors.back().members);
    });
  }
  groups.finish();
  UserCollector users{groups, catalogue(), day, visit};
  std::uint64_t done = 0;
  rows().for_each_membership_below(ids, [&](GroupId group, const MembershipView& member) {
    users.add(group, member);
    if (report_) report_("memberships", ++done, total);
  });
  users.finish();
}

}  // namespace allot
