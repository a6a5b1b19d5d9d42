#include "libcore/history/entry_changes.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "libcore/storage/invalid_value.hpp"

namespace allot {
namespace {

/// The number of created groups, or of other items, that are announced and read together.
constexpr std::size_t kPiece = 1000;

}  // namespace

/// The changes of one group that are listed under one path.
struct EntryChanges::Node {
  std::string key;  // the path with NUL for '/', so that paths compare name by name
  GroupId group = 0;
  bool has_group = false;    // lists the change of the group itself and the removals in it
  bool has_content = false;  // lists the creations and updates in the group
};

EntryChanges::EntryChanges(StoreReader& store, std::int64_t revision, const IdRanges& created, const Scope& scope)
    : store_(store),
      revision_(revision),
      sees_everything_(scope.access_in(kRootGroup, AccessLevel::none) != AccessLevel::none),
      rows_before_(store.rows_as_of(revision - 1)),
      rows_after_(store.rows_as_of(revision)),
      before_(*rows_before_, scope),
      after_(*rows_after_, scope),
      created_(created),
      catalogue_(store.catalogue()) {
  for (const auto& [group, access] : scope.entries()) scope_groups_.push_back(group);
  rows_before_->read_with(catalogue_);
  rows_after_->read_with(catalogue_);
  load();
}

/// Loads the keys of all changed items except those in groups that the write created.
void EntryChanges::load() {
  const auto add = [&](ItemKey&& key) {
    if (is_of_group(key.what) != (key.group >= kRootGroup)) throw impossible_value();
    if (!created_.contains(key.group) || key.group == 0) keys_[key.group].push_back(std::move(key));
  };
  store_.for_each_replaced(revision_, add);
  store_.for_each_created_item(revision_, [&](ItemKey&& key, std::optional<std::string>&& from) {
    if (from) renamed_from_.emplace(key, ItemKey{key.what, key.group, *std::move(from)});
    add(std::move(key));
  });
  for (auto& [group, keys] : keys_) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  }
  for (const auto& [key, from] : renamed_from_) std::erase(keys_[key.group], from);
}

ItemState EntryChanges::state(Snapshot& rows, TreeAt& tree, const ItemKey& key) {
  switch (key.what) {
    case What::group:
      if (const auto group = rows.find_group(key.group)) {
        return GroupState{tree.find(key.group).path, group->traits, group->parent};
      }
      return {};
    case What::license:
      if (auto license = rows.find_license(key.group, key.name)) return *std::move(license);
      return {};
    case What::membership:
      if (auto member = rows.find_membership(key.group, key.name)) return *std::move(member);
      return {};
    case What::mail_template:
      if (auto letter = rows.find_template(key.name)) return *std::move(letter);
      return {};
    case What::catalog:
      break;
  }
  if (auto entry = find_entry_state(rows.catalogue(), key.name)) return *std::move(entry);
  return {};
}

/// Builds the change of a group; returns false if the actor does not see it.
bool EntryChanges::make_group_change(GroupId group, Change& change) {
  if (!sees_group(group)) return false;
  const ItemKey key{What::group, group, {}};
  change.before = state(*rows_before_, before_, key);
  change.after = state(*rows_after_, after_, key);
  auto* before = std::get_if<GroupState>(&change.before);
  auto* after = std::get_if<GroupState>(&change.after);
  if (before != nullptr && after != nullptr) {
    // A side that is not visible only shows that the group was elsewhere.
    if (before->path == kAbove) before->traits = after->traits;
    if (after->path == kAbove) after->traits = before->traits;
  }
  const bool is_named_before = before != nullptr && before->path != kAbove;
  change.path = is_named_before ? before->path : after->path;
  return true;
}

/// Builds the change of an item; returns false if the actor does not see it.
bool EntryChanges::make_change(const ItemKey& key, Change& change) {
  change.what = key.what;
  if (key.what == What::group) {
    if (!make_group_change(key.group, change)) return false;
  } else {
    const auto renamed = renamed_from_.find(key);
    change.before = state(*rows_before_, before_, renamed == renamed_from_.end() ? key : renamed->second);
    change.after = state(*rows_after_, after_, key);
  }
  const bool was_there = !std::holds_alternative<std::monostate>(change.before);
  const bool is_there = !std::holds_alternative<std::monostate>(change.after);
  if (!was_there && !is_there) return false;
  change.op = !was_there ? Op::create : is_there ? Op::update : Op::remove;
  if (key.what == What::group) return true;
  change.name = key.name;
  if (!is_of_group(key.what)) return sees_everything_;
  if (!sees_content(key.group, was_there, is_there)) return false;
  if (const auto* license = std::get_if<License>(&change.before)) change.name = license->name;
  if (const auto* member = std::get_if<Membership>(was_there ? &change.before : &change.after)) {
    const bool is_renamed = renamed_from_.contains(key);
    const auto* after = std::get_if<Membership>(&change.after);
    change.name = is_renamed || after == nullptr ? member->email : after->email;
  }
  change.path = (is_there ? after_ : before_).find(key.group).path;
  return true;
}

void EntryChanges::add_nodes(GroupId group, std::vector<Node>& nodes) {
  const auto add = [&](std::string path, bool has_group, bool has_content) {
    if (path == "/") path.clear();
    std::replace(path.begin(), path.end(), '/', '\0');
    nodes.push_back({std::move(path), group, has_group, has_content});
  };
  const TreeAt::Place& before = place_before(group);
  const TreeAt::Place& after = after_.find(group);
  const bool is_named_before = before.is_visible();
  if (is_named_before && after.is_visible() && before.path != after.path) {
    add(before.path, true, false);
    add(after.path, false, true);
  } else if (is_named_before || after.is_visible()) {
    add(is_named_before ? before.path : after.path, true, true);
  }
}

std::vector<EntryChanges::Node> EntryChanges::nodes() {
  std::vector<Node> nodes;
  for_each_changed_group([&](GroupId group) {
    add_nodes(group, nodes);
    return true;
  });
  const IdRanges created = visible_created_groups();
  for (const IdRanges::Range& range : created.ranges()) {
    for (GroupId first = range.first; first < range.end; first += GroupId{kPiece}) {
      std::vector<GroupId> next(static_cast<std::size_t>(std::min(GroupId{kPiece}, range.end - first)));
      std::iota(next.begin(), next.end(), first);
      rows_after_->expect_groups(next);
      for (const GroupId group : next) add_nodes(group, nodes);
    }
  }
  std::sort(nodes.begin(), nodes.end(),
            [](const Node& a, const Node& b) { return std::tie(a.key, a.group) < std::tie(b.key, b.group); });
  return nodes;
}

/// Calls `visit` for the groups that the write created, until it returns false.
void EntryChanges::for_each_created(const std::function<bool(GroupId)>& visit) {
  std::vector<GroupId> groups;  // collected first: no query may run while rows are being read
  for (const IdRanges::Range& range : created_.ranges()) {
    for (GroupId first = range.first; first < range.end; first += GroupId{kPiece}) {
      groups.clear();
      store_.for_each_created_group(revision_, {first, std::min(first + GroupId{kPiece}, range.end)},
                                    [&](GroupId group) { groups.push_back(group); });
      expect_created(groups);
      for (const GroupId group : groups) {
        if (!visit(group)) return;
      }
    }
  }
}

/// Announces that groups that the write created are visited next.
void EntryChanges::expect_created(const std::vector<GroupId>& groups) {
  rows_after_->expect_groups(groups);
  rows_after_->expect_members(groups);
}

void EntryChanges::expect_items(const std::vector<ItemKey>& keys) {
  rows_after_->expect_items(keys);
  std::vector<ItemKey> before = keys;
  for (ItemKey& key : before) {
    if (const auto renamed = renamed_from_.find(key); renamed != renamed_from_.end()) key = renamed->second;
  }
  rows_before_->expect_items(before);
}

/// Calls `visit` for the key of each changed item outside the groups that the write created, by group, until it returns
/// false; returns whether it returned true for all.
bool EntryChanges::for_each_key(const std::function<bool(const ItemKey&)>& visit) {
  std::size_t piece = 8;  // often the first key decides
  std::vector<ItemKey> next;
  const auto visit_next = [&] {
    expect_items(next);
    piece = std::min(piece * 4, kPiece);
    return std::all_of(next.begin(), next.end(), visit);
  };
  for (const auto& [group, keys] : keys_) {
    for (const ItemKey& key : keys) {
      next.push_back(key);
      if (next.size() < piece) continue;
      if (!visit_next()) return false;
      next.clear();
    }
  }
  return visit_next();
}

/// Calls `visit` for the group of each of these items, until it returns false; returns whether it returned true for
/// all.
bool EntryChanges::for_each_changed_group(const std::function<bool(GroupId)>& visit) {
  std::vector<GroupId> next;
  const auto visit_next = [&] {
    rows_before_->expect_groups(next);
    rows_after_->expect_groups(next);
    return std::all_of(next.begin(), next.end(), visit);
  };
  for (const auto& [group, keys] : keys_) {
    if (group != 0) next.push_back(group);
    if (next.size() < kPiece) continue;
    if (!visit_next()) return false;
    next.clear();
  }
  return visit_next();
}

/// Calls `visit` for each change in a group that the write created, if the actor sees it: all rows of the group after
/// the write.
void EntryChanges::for_each_in_created(GroupId group, const std::function<void(Change&&)>& visit) {
  if (!sees_group(group)) return;
  const std::string path = after_.find(group).path;
  visit({Op::create, What::group, path, {}, {}, state(*rows_after_, after_, {What::group, group, {}})});
  for (License& license : rows_after_->licenses_of(group)) {
    const std::string name = license.name;
    visit({Op::create, What::license, path, name, {}, std::move(license)});
  }
  rows_after_->for_each_member(group, [&](const MembershipView& member) {
    visit({Op::create, What::membership, path, std::string{member.email}, {}, member.copy()});
  });
}

void EntryChanges::for_each(const std::function<void(Change&&)>& visit) {
  std::vector<Change> changes;
  const auto visit_all = [&] {
    sort_changes(changes);
    for (Change& change : changes) visit(std::move(change));
    changes.clear();
  };
  const auto add = [&](const ItemKey& key, const Node& node) {
    Change change;
    if (!make_change(key, change)) return;
    const bool is_content = key.what != What::group && change.op != Op::remove;
    if (is_of_group(key.what) && !(is_content ? node.has_content : node.has_group)) return;
    changes.push_back(std::move(change));
  };
  if (const auto company = keys_.find(0); company != keys_.end()) {
    for (const ItemKey& key : company->second) add(key, Node{});
    visit_all();
  }
  const std::vector<Node> listed = nodes();
  std::string_view at;
  std::size_t announced = 0;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    if (i == announced) {
      std::vector<GroupId> created;
      std::vector<ItemKey> items;
      for (; announced < listed.size() && created.size() + items.size() < kPiece; ++announced) {
        const GroupId group = listed[announced].group;
        if (created_.contains(group)) {
          created.push_back(group);
        } else {
          items.insert(items.end(), keys_[group].begin(), keys_[group].end());
        }
      }
      expect_created(created);
      expect_items(items);
    }
    const Node& node = listed[i];
    // Groups that had the same path one after the other are listed together.
    if (node.key != at) visit_all();
    at = node.key;
    if (created_.contains(node.group)) {
      for_each_in_created(node.group, [&](Change&& change) { changes.push_back(std::move(change)); });
    } else {
      for (const ItemKey& key : keys_[node.group]) add(key, node);
    }
  }
  visit_all();
}

std::vector<Change> EntryChanges::list() {
  std::vector<Change> changes;
  for_each([&](Change&& change) { changes.push_back(std::move(change)); });
  return changes;
}

void EntryChanges::for_each_group(const std::function<void(GroupId, std::int64_t)>& visit) {
  std::map<GroupId, std::int64_t> counts;
  for (const ItemKey& key : visible_keys()) ++counts[key.group];
  for (const auto& [group, count] : counts) visit(group, count);
  for_each_created([&](GroupId group) {
    std::int64_t count = 0;
    for_each_in_created(group, [&](Change&&) { ++count; });
    if (count > 0) visit(group, count);
    return true;
  });
}

std::int64_t EntryChanges::count() {
  auto count = static_cast<std::int64_t>(visible_keys().size());
  const IdRanges created = visible_created_groups();
  count += created.size();
  for (const IdRanges::Range& range : created.ranges()) {
    store_.for_each_created_in(revision_, range, [&](ItemKey&&) { ++count; });
  }
  return count;
}

std::vector<ItemKey> EntryChanges::visible_keys() {
  std::vector<ItemKey> visible;
  for_each_key([&](const ItemKey& key) {
    Change change;
    if (make_change(key, change)) visible.push_back(key);
    return true;
  });
  return visible;
}

}  // namespace allot
