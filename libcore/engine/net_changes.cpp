#include "libcore/engine/net_changes.hpp"

#include <optional>
#include <utility>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

ThingKey key_of(const Change& change, const ItemState& side) {
  const std::int64_t group = group_of(change);
  switch (change.what) {
    case What::group:
      return {What::group, group, {}};
    case What::membership:
      return {What::membership, group, fold_ascii(std::get<Membership>(side).email)};
    case What::license:
    case What::catalog:
    case What::mail_template:
      break;
  }
  return {change.what, group, change.name};
}

/// Adds up changes and follows each membership through the e-mails that it is given.
class Sum {
 public:
  void add(const Change& change) {
    const std::vector<ThingKey> keys = keys_of(change);
    if (keys.size() == 2) {
      add_side(change, keys[0], change.before, {});
      add_side(change, keys[1], {}, change.after);
      origins_[keys[1]] = origin_of(keys[0]);
      origins_[keys[0]].reset();
    } else {
      add_side(change, keys[0], change.before, change.after);
      if (change.what == What::membership && change.op != Op::update) origins_[keys[0]].reset();
    }
    ++count_;
  }

  NetChanges finish() {
    std::erase_if(net_, [](const auto& entry) { return is_same_state(entry.second.before, entry.second.after); });
    for (const auto& [key, origin] : origins_) {
      if (origin && *origin != key) pair(*origin, key);
    }
    return std::move(net_);
  }

 private:
  void add_side(const Change& change, const ThingKey& key, const ItemState& before, const ItemState& after) {
    const auto [known, is_new] = net_.try_emplace(key, NetChange{change.path, change.way, before, after});
    if (!is_new) known->second.after = after;
    known->second.last = count_;
  }

  /// What a membership was before the first change; nothing for one that came since.
  std::optional<ThingKey> origin_of(const ThingKey& key) const {
    const auto known = origins_.find(key);
    return known == origins_.end() ? key : known->second;
  }

  void pair(const ThingKey& from, const ThingKey& to) {
    const auto gone = net_.find(from);
    const auto come = net_.find(to);
    if (gone == net_.end() || come == net_.end() || !gone->second.removes() || !come->second.makes()) return;
    gone->second.other_email = to.name;
    come->second.other_email = from.name;
  }

  NetChanges net_;
  std::map<ThingKey, std::optional<ThingKey>> origins_;  // of memberships that came, went or have another e-mail
  std::size_t count_ = 0;
};

}  // namespace

std::vector<ThingKey> keys_of(const Change& change) {
  std::vector<ThingKey> keys;
  if (change.op != Op::create) keys.push_back(key_of(change, change.before));
  if (change.op != Op::remove) keys.push_back(key_of(change, change.after));
  if (keys.size() == 2 && keys[0] == keys[1]) keys.pop_back();
  return keys;
}

NetChanges net_of(const std::vector<Change>& changes) {
  Sum sum;
  for (const Change& change : changes) sum.add(change);
  return sum.finish();
}

ItemState state_now(Store& store, const ThingKey& key) {
  switch (key.what) {
    case What::group:
      if (const auto group = store.find_group(key.group)) {
        return GroupState{"/" + group->name, group->traits, group->parent};
      }
      return {};
    case What::license:
      if (auto license = store.find_license(key.group, key.name)) return *std::move(license);
      return {};
    case What::membership:
      if (auto member = store.find_membership(key.group, key.name)) return *std::move(member);
      return {};
    case What::mail_template:
      if (auto letter = store.find_template(key.name)) return *std::move(letter);
      return {};
    case What::catalog:
      break;
  }
  const Catalogue& catalogue = store.catalogue();
  if (const auto id = catalogue.find_counted(key.name)) {
    const auto required = catalogue.counted()[*id].requires_id;
    return EntryState{true, required ? catalogue.counted()[*required].name : std::string{}};
  }
  if (catalogue.find_feature(key.name)) return EntryState{};
  return {};
}

bool is_same_state(const ItemState& a, const ItemState& b) {
  const auto* group = std::get_if<GroupState>(&a);
  const auto* other = std::get_if<GroupState>(&b);
  if (group == nullptr || other == nullptr) return a == b;
  return group->parent == other->parent && group->traits == other->traits &&
         name_in(group->path) == name_in(other->path);
}

std::string name_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace allot
