#include "libcore/engine/aftermath.hpp"

#include <algorithm>
#include <unordered_set>

#include "libcore/base/text.hpp"
#include "libcore/engine/lookup.hpp"

namespace allot {
namespace {

std::string below(const std::string& path, const std::string& name) { return (path == "/" ? path : path + '/') + name; }

/// The making of a licence or membership.
Change making_of(What what, GroupId group, const std::string& path, const ItemState& state) {
  const auto* license = std::get_if<License>(&state);
  std::string name = license != nullptr ? license->name : std::get<Membership>(state).email;
  return {Op::create, what, path, std::move(name), {}, state, {group}};
}

}  // namespace

void Aftermath::look_at(std::int64_t revision) {
  if (revision > revision_) {  // what was found before it would count
    read_.clear();
    found_.clear();
    moved_.clear();
  }
  revision_ = revision;
}

void Aftermath::read(std::int64_t revision) {
  if (!read_.insert(revision).second) return;
  if (const auto entry = store_.find_entry(revision)) learn(entry->content, revision);
}

void Aftermath::read_all_at(GroupId group, std::int64_t after) {
  for (const std::int64_t revision : store_.entries_at(group, after)) read(revision);
}

/// Reads what became of groups after they were moved, perhaps out of sight.
void Aftermath::read_moved() {
  while (!moved_.empty()) {
    const auto [group, revision] = moved_.back();
    moved_.pop_back();
    read_all_at(group, revision);
  }
}

/// Reads the later entries that changed what `entry` made in sight.
void Aftermath::read_since(const StoredEntry& entry) {
  if (sight_.sees_everything()) {
    for (const std::int64_t revision : store_.entries_in(first_, end_, entry.revision)) read(revision);
    return;
  }
  for (const auto& [group, unused] : sight_.scope()->entries()) read_all_at(group, entry.revision);
  read_moved();
}

void Aftermath::learn(std::string_view content, std::int64_t revision) {
  for (const Change& change : read_content(content, catalogue_).changes) {
    if (!is_of_group(change.what)) continue;
    const std::vector<ThingKey> keys = keys_of(change);
    note(keys[0], revision, change.before);
    if (keys.size() > 1) note(keys[1], revision, {});
    const auto* before = std::get_if<GroupState>(&change.before);
    const auto* after = std::get_if<GroupState>(&change.after);
    if (before == nullptr || after == nullptr || before->parent == after->parent) continue;
    if (!sight_.sees_everything()) moved_.emplace_back(group_of(change), revision);
  }
}

void Aftermath::note(ThingKey key, std::int64_t revision, const ItemState& state) {
  const auto [known, is_new] = found_.try_emplace(std::move(key), Found{revision, state});
  if (!is_new && revision < known->second.revision) known->second = {revision, state};
}

/// A group as the entry left it, of its path only the name; nothing where it was not there.
std::optional<GroupState> Aftermath::find(GroupId group) {
  if (const auto found = found_.find({What::group, group, {}}); found != found_.end()) {
    const auto* state = std::get_if<GroupState>(&found->second.state);
    if (state == nullptr) return std::nullopt;
    return GroupState{name_in(state->path), state->traits, state->parent};
  }
  const auto row = store_.find_group(group);
  if (!row) return std::nullopt;
  return GroupState{row->name, row->traits, row->parent};
}

std::vector<GroupId> Aftermath::way_to(std::int64_t revision, GroupId group) {
  look_at(revision);
  return way_to(group);
}

std::vector<GroupId> Aftermath::way_to(GroupId group) {
  std::vector<GroupId> way;
  while (group != 0 && std::find(way.begin(), way.end(), group) == way.end()) {
    if (group != kRootGroup) read_all_at(group, revision_);
    const auto state = find(group);
    if (!state) break;
    way.push_back(group);
    group = state->parent;
  }
  std::reverse(way.begin(), way.end());
  return way;
}

std::string Aftermath::path_to(GroupId group) {
  std::string path = "/";
  for (const GroupId each : way_to(group)) {
    if (each != kRootGroup) path = below(path, find(each)->path);
  }
  return path;
}

void Aftermath::index_children() {
  children_.clear();
  const auto end = found_.lower_bound({What::group, end_, {}});
  for (auto each = found_.lower_bound({What::group, first_, {}}); each != end; ++each) {
    const auto* state = std::get_if<GroupState>(&each->second.state);
    if (state != nullptr) children_.emplace(state->parent, each->first.group);
  }
}

/// Adds the groups that the entry made right below one.
void Aftermath::add_children(GroupId parent, const std::string& path, std::vector<Node>& nodes) {
  const auto add = [&](GroupId group, const std::string& name, const GroupTraits& traits) {
    nodes.emplace_back(group, GroupState{below(path, name), traits, parent});
  };
  store_.for_each_child(parent, [&](StoredGroup&& child) {
    if (is_made(child.id) && !found_.contains({What::group, child.id, {}})) add(child.id, child.name, child.traits);
  });
  const auto [first, end] = children_.equal_range(parent);
  for (auto each = first; each != end; ++each) {
    const auto& state = std::get<GroupState>(found_.at({What::group, each->second, {}}).state);
    add(each->second, name_in(state.path), state.traits);
  }
}

/// The groups that the entry made below the marks, or that the actor has power in themselves.
std::vector<Aftermath::Node> Aftermath::tops(const std::vector<std::vector<GroupId>>& marked) {
  std::vector<Node> nodes;
  // Of a group's path one who sees everything needs nothing but how deep it is, and entries above are many.
  const auto path_above = [&](GroupId group) { return sight_.sees_everything() ? "/" : path_to(group); };
  for (const auto& way : marked) add_children(way.back(), path_above(way.back()), nodes);
  for (const auto& [group, unused] : sight_.scope()->entries()) {
    if (!is_made(group)) continue;
    if (auto state = find(group)) {
      state->path = below(path_above(state->parent), state->path);
      nodes.emplace_back(group, *std::move(state));
    }
  }
  return nodes;
}

/// Visits what a later entry found in a group.
void Aftermath::visit_found(What what, const Node& node, const Visit& visit) {
  const auto& [group, state] = node;
  for (auto each = found_.lower_bound({what, group, {}});
       each != found_.end() && each->first.what == what && each->first.group == group; ++each) {
    if (std::holds_alternative<std::monostate>(each->second.state)) continue;
    visit(making_of(what, group, state.path, each->second.state), Source::found);
  }
}

void Aftermath::visit_contents(const Node& node, const Visit& visit) {
  const GroupId group = node.first;
  const auto visit_there = [&](What what, const ThingKey& key, const ItemState& item) {
    if (!found_.contains(key)) visit(making_of(what, group, node.second.path, item), Source::there);
  };
  for (const License& license : store_.licenses_of(group)) {
    visit_there(What::license, {What::license, group, license.name}, license);
  }
  visit_found(What::license, node, visit);
  store_.for_each_member(group, [&](const MembershipView& member) {
    visit_there(What::membership, {What::membership, group, fold_ascii(member.email)}, member.copy());
  });
  visit_found(What::membership, node, visit);
}

void Aftermath::for_each_untold(const StoredEntry& entry, const std::vector<std::vector<GroupId>>& marked,
                                const Visit& visit) {
  look_at(entry.revision);
  first_ = *entry.fresh;
  end_ = entry.next_group;
  read_since(entry);
  index_children();
  std::vector<Node> nodes = tops(marked);
  std::unordered_set<GroupId> visited;  // no more than there are, whatever numbers the entry has
  while (!nodes.empty()) {
    const Node node = std::move(nodes.back());
    nodes.pop_back();
    const auto& [group, state] = node;
    if (!visited.insert(group).second) continue;  // below another of the actor's groups
    const bool is_found = found_.contains({What::group, group, {}});
    visit({Op::create, What::group, state.path, {}, {}, state, {group}}, is_found ? Source::found : Source::there);
    visit_contents(node, visit);
    add_children(group, state.path, nodes);
  }
}

}  // namespace allot
