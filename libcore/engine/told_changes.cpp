#include "libcore/engine/told_changes.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace allot {
namespace {

/// Where a group is.
struct Place {
  std::string path;
  std::vector<GroupId> way;
};

/// Finds where groups were before a write and where they are after it.
class Places {
 public:
  Places(Store& store, const NetChanges& net) : store_(store) {
    for (const auto& [key, change] : net) {
      const auto* before = std::get_if<GroupState>(&change.before);
      if (key.what == What::group && before != nullptr) changed_.emplace(key.group, *before);
    }
  }

  const Place& before(GroupId group) { return find(group, before_, changed_); }
  const Place& after(GroupId group) { return find(group, after_, {}); }

 private:
  using Known = std::unordered_map<GroupId, Place>;
  using Changed = std::unordered_map<GroupId, GroupState>;

  const Place& find(GroupId group, Known& known, const Changed& changed) {
    const auto found = known.find(group);
    if (found != known.end()) return found->second;
    GroupId parent = 0;
    std::string name;
    if (const auto state = changed.find(group); state != changed.end()) {
      parent = state->second.parent;
      name = name_in(state->second.path);
    } else if (const auto row = store_.find_group(group)) {
      parent = row->parent;
      name = row->name;
    }
    Place place;
    if (parent != 0) place = find(parent, known, changed);
    if (parent == 0) {
      place.path = "/";
    } else {
      place.path = (parent == kRootGroup ? "/" : place.path + '/') + name;
    }
    place.way.push_back(group);
    return known.emplace(group, std::move(place)).first->second;
  }

  Store& store_;
  Changed changed_;
  Known before_;
  Known after_;
};

/// The order in which changes could be made: what things need comes before them and goes after them.
enum class Turn {
  catalogue_comes,
  group_comes,
  group_changes,
  content_comes,
  content_goes,
  group_goes,
  catalogue_goes,  // or becomes of the other kind
};

Turn turn_of(const Change& change) {
  const bool comes = change.op == Op::create;
  const bool goes = change.op == Op::remove;
  switch (change.what) {
    case What::catalog:
      return comes ? Turn::catalogue_comes : Turn::catalogue_goes;
    case What::group:
      return comes ? Turn::group_comes : goes ? Turn::group_goes : Turn::group_changes;
    case What::license:
    case What::membership:
    case What::mail_template:
      break;
  }
  return goes ? Turn::content_goes : Turn::content_comes;
}

/// Tells changes one by one.
class Teller {
 public:
  Teller(Store& store, NetChanges& net) : net_(net), places_(store, net) {}

  ToldChanges run() {
    for (auto& [key, change] : net_) {
      const bool is_told_with_other = !change.other_email.empty() && change.removes();
      if (!is_told_with_other) tell(key, change);
    }
    std::sort(order_.begin(), order_.end());
    std::vector<Change> sorted;
    sorted.reserve(order_.size());
    for (const auto& each : order_) sorted.push_back(std::move(told_.changes[std::get<3>(each)]));
    told_.changes = std::move(sorted);
    return std::move(told_);
  }

 private:
  void tell(const ThingKey& key, NetChange& net) {
    Change change;
    change.what = key.what;
    change.op = net.makes() ? Op::create : net.removes() ? Op::remove : Op::update;
    if (!net.other_email.empty()) {
      change.op = Op::update;
      net.before = std::move(net_.at({key.what, key.group, net.other_email}).before);
    }
    change.name = key.name;
    if (const auto* member = std::get_if<Membership>(&net.after)) change.name = member->email;
    const bool was_named = change.op == Op::remove || !net.other_email.empty();
    if (const auto* member = std::get_if<Membership>(&net.before); member != nullptr && was_named) {
      change.name = member->email;
    }
    change.before = std::move(net.before);
    change.after = std::move(net.after);
    if (is_of_group(key.what)) place(key, change);
    const auto turn = turn_of(change);
    const auto depth = static_cast<std::ptrdiff_t>(key.what == What::group ? change.way.size() : 0);
    order_.emplace_back(turn, turn == Turn::group_goes ? -depth : depth, net.last, told_.changes.size());
    told_.changes.push_back(std::move(change));
  }

  /// Sets the paths of a change, and its way.
  void place(const ThingKey& key, Change& change) {
    const bool is_gone = change.op == Op::remove;
    const Place& there = is_gone ? places_.before(key.group) : places_.after(key.group);
    change.path = there.path;
    change.way = there.way;
    told_.places.insert(change.way.begin(), change.way.end());
    auto* after = std::get_if<GroupState>(&change.after);
    if (after != nullptr) after->path = there.path;
    auto* before = std::get_if<GroupState>(&change.before);
    if (before == nullptr) return;
    const Place& was = places_.before(key.group);
    before->path = was.path;
    change.path = was.path;
    told_.places.insert(was.way.begin(), was.way.end());
  }

  NetChanges& net_;
  Places places_;
  ToldChanges told_;
  std::vector<std::tuple<Turn, std::ptrdiff_t, std::size_t, std::size_t>> order_;
};

}  // namespace

ToldChanges tell(Store& store, NetChanges net) { return Teller{store, net}.run(); }

}  // namespace allot
