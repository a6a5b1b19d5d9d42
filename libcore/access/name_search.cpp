#include "libcore/access/name_search.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libcore/access/lookup.hpp"
#include "libcore/base/letter_case.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

constexpr std::size_t kFirstBudget = 64;  // groups or memberships that a search looks at before it tries the other way
constexpr std::size_t kGroupsWithKinds = 10'000;  // read in one pass over the table
constexpr std::size_t kGroupsWalked = 2'000;      // read one by one
constexpr std::size_t kChildrenWalked = 100;      // of each of these

/// Whether the index that is searched distinguishes the case of ASCII letters.
enum class Index { exact, ignores_ascii_case };

/// Returns the spellings of `start` with which names begin, for which `exists` returns true, in the order of bytes. So
/// a search without regard to case costs a few look-ups in an index, however many names there are.
std::vector<std::string> spellings_of(std::string_view start, Index index,
                                      const std::function<bool(const std::string&)>& exists) {
  std::vector<std::string> spellings{""};
  for (const std::string_view character : split_characters(start)) {
    std::set<std::string> longer;
    for (const std::string& spelling : spellings) {
      for (std::string& variant : case_variants(character)) {
        std::string next = spelling + (index == Index::ignores_ascii_case ? fold_ascii(variant) : variant);
        if (!longer.contains(next) && exists(next)) longer.insert(std::move(next));
      }
    }
    spellings.assign(longer.begin(), longer.end());
  }
  return spellings;
}

/// Returns the part of `first` that `last` begins with too, without regard to the case of ASCII letters.
std::string common_email_start(const std::string& first, const std::string& last) {
  return first.substr(0, common_start(fold_ascii(first), fold_ascii(last)).size());
}

/// Notes that `found` is a part of the matches, all of which begin with `common`.
template <typename Item>
void cut(Matches<Item>& found, std::string common) {
  found.common = found.is_cut ? std::string{common_start(found.common, common)} : std::move(common);
  found.is_cut = true;
}

template <typename Item>
void keep_first(Matches<Item>& found, std::size_t most) {
  if (found.items.size() <= most) return;
  found.items.erase(found.items.begin() + static_cast<std::ptrdiff_t>(most), found.items.end());
  found.is_cut = true;
}

/// Shortens the text that every match begins with to what the listed users have in common with it.
void fit_common(Matches<FoundUser>& found) {
  for (const FoundUser& user : found.items) found.common = common_email_start(found.common, user.email);
}

FoundUser found_user(const Membership& member) { return {member.email, member.name, member.role}; }

}  // namespace

NameSearch::Place NameSearch::company() {
  const bool is_visible = authorizer_.sees_everything();
  return {Path{}, is_visible ? std::optional{kRootGroup} : std::nullopt};
}

FoundGroup NameSearch::found_group(Path path, const std::optional<StoredGroup>& group) {
  FoundGroup found{std::move(path), {}, group.has_value(), true};
  if (!group) return found;
  found.traits = group->traits;
  found.has_groups = has_child(group->id, "");
  return found;
}

/// Finds names below a group that is not visible: those of the ancestors of visible groups.
void NameSearch::find_above_scope(const Place& place, std::string_view start, Matches<FoundGroup>& found) {
  for (const Path& top : authorizer_.topmost()) {
    if (!place.path.contains(top) || top.depth() == place.path.depth()) continue;
    const std::string& name = top.names()[place.path.depth()];
    Path path = place.path.child(name);
    const bool is_known = !found.items.empty() && found.items.back().path == path;
    if (is_known || !starts_with_any_case(name, start)) continue;
    std::optional<StoredGroup> group;
    if (path == top) group = find_group(path);
    found.items.push_back(found_group(std::move(path), group));
  }
}

void NameSearch::find_below(const Place& place, std::string_view start, std::size_t most, Matches<FoundGroup>& found) {
  if (!place.visible) return find_above_scope(place, start, found);
  const GroupId parent = *place.visible;
  const auto exists = [&](const std::string& prefix) { return has_child(parent, prefix); };
  for (const std::string& prefix : spellings_of(start, Index::exact, exists)) {
    const std::size_t room = most - std::min(most, found.items.size());
    std::vector<StoredGroup> children = rows_.first_children(parent, room + 1, prefix);
    if (children.size() > room || found.is_cut) {
      const std::string last = rows_.find_last_child_name(parent, prefix).value_or(prefix);
      cut(found, place.path.child(std::string{common_start(children.front().name, last)}).to_string());
    }
    for (std::size_t i = 0; i < std::min(children.size(), room); ++i) {
      found.items.push_back(found_group(place.path.child(children[i].name), children[i]));
    }
  }
}

/// Returns the groups below `place` that are called `name`: the one with this spelling, else those with another case.
std::vector<NameSearch::Place> NameSearch::children_named(const Place& place, const std::string& name) {
  std::vector<Place> places;
  const auto add = [&](Path path, std::optional<GroupId> visible) {
    if (path.name() == name) places.clear();
    const bool has_exact = !places.empty() && places.front().path.name() == name;
    if (!has_exact) places.push_back({std::move(path), visible});
  };
  if (!place.visible) {
    Matches<FoundGroup> found;
    find_above_scope(place, name, found);
    for (const FoundGroup& group : found.items) {
      if (fold_case(group.path.name()) != fold_case(name)) continue;
      add(group.path, group.is_visible ? std::optional{find_group(group.path)->id} : std::nullopt);
    }
    return places;
  }
  const auto exists = [&](const std::string& prefix) { return has_child(*place.visible, prefix); };
  for (const std::string& spelling : spellings_of(name, Index::exact, exists)) {
    if (const auto child = rows_.find_group(*place.visible, spelling)) add(place.path.child(spelling), child->id);
  }
  return places;
}

bool NameSearch::has_child(GroupId parent, const std::string& prefix) {
  return !rows_.first_children(parent, 1, prefix).empty();
}

std::optional<StoredGroup> NameSearch::find_group(const Path& path) {
  auto group = rows_.find_group(kRootGroup);
  for (const std::string& name : path.names()) {
    if (group) group = rows_.find_group(group->id, name);
  }
  return group;
}

std::vector<NameSearch::Place> NameSearch::find_places(const std::vector<std::string>& names) {
  std::vector<Place> places{company()};
  for (const std::string& name : names) {
    std::vector<Place> below;
    for (const Place& place : places) {
      for (Place& child : children_named(place, name)) below.push_back(std::move(child));
    }
    places = std::move(below);
  }
  return places;
}

Matches<FoundGroup> NameSearch::groups(const std::vector<std::string>& above, std::string_view start,
                                       std::size_t most) {
  Matches<FoundGroup> found;
  for (const Place& place : find_places(above)) find_below(place, start, most, found);
  if (found.items.size() > most) {
    keep_first(found, most);
    found.common.clear();
  }
  if (found.is_cut) {
    for (const FoundGroup& group : found.items) found.common = common_start(found.common, group.path.to_string());
  }
  return found;
}

Matches<FoundUser> NameSearch::users(std::string_view start, std::size_t most) {
  const auto exists = [&](const std::string& prefix) { return rows_.find_next_email(prefix, "").has_value(); };
  const std::vector<std::string> prefixes = spellings_of(start, Index::ignores_ascii_case, exists);
  if (authorizer_.sees_everything()) return all_users(prefixes, most);
  // Both ways lead to the same result: through the visible groups, which is short for an actor who sees few, and
  // through the e-mails that begin with `start`, which is short for an actor who sees many.
  for (std::size_t budget = kFirstBudget;; budget *= 4) {
    if (auto found = users_by_email(prefixes, most, budget)) return *std::move(found);
    if (auto found = users_by_group(prefixes, most, budget)) return *std::move(found);
  }
}

Matches<FoundUser> NameSearch::all_users(const std::vector<std::string>& prefixes, std::size_t most) {
  Matches<FoundUser> found;
  for (const std::string& prefix : prefixes) {
    const auto first = rows_.find_next_email(prefix, "");
    for (auto email = first; email; email = rows_.find_next_email(prefix, *email)) {
      if (found.items.size() == most) {
        cut(found, common_email_start(*first, rows_.find_last_email(prefix).value_or(*email)));
        break;
      }
      found.items.push_back(found_user(rows_.memberships_of(*email, 1).front().second));
    }
  }
  fit_common(found);
  return found;
}

/// Finds users in at most `groups` visible groups; returns nothing if there are more groups.
std::optional<Matches<FoundUser>> NameSearch::users_by_group(const std::vector<std::string>& prefixes, std::size_t most,
                                                             std::size_t groups) {
  std::map<std::string, std::pair<GroupId, FoundUser>>
      users;  // by folded e-mail, as the group with the least id has it
  std::vector<GroupId> visible;
  for (const auto& [group, access] : authorizer_.scope()->entries()) visible.push_back(group);
  for (std::size_t i = 0; i < visible.size(); ++i) {
    if (visible.size() > groups) return std::nullopt;
    for (const std::string& prefix : prefixes) {
      for (const Membership& member : rows_.first_members(visible[i], most + 1, prefix)) {
        auto& [group, user] = users[fold_ascii(member.email)];
        if (group != 0 && group <= visible[i]) continue;
        group = visible[i];
        user = found_user(member);
      }
    }
    for (const StoredGroup& child : rows_.first_children(visible[i], groups + 1)) visible.push_back(child.id);
  }
  Matches<FoundUser> found;
  for (auto& [email, user] : users) found.items.push_back(std::move(user.second));
  keep_first(found, most);
  return found;
}

/// Finds users among at most `memberships` memberships by e-mail; returns nothing if that is not enough.
std::optional<Matches<FoundUser>> NameSearch::users_by_email(const std::vector<std::string>& prefixes, std::size_t most,
                                                             std::size_t memberships) {
  constexpr std::size_t kPage = 1000;
  std::map<std::string, FoundUser> users;  // by folded e-mail
  for (const std::string& prefix : prefixes) {
    std::size_t found_here = 0;
    std::pair<std::string, GroupId> last;
    for (bool is_end = false; !is_end && found_here <= most;) {
      const auto page = rows_.next_user_groups(prefix, last, std::min(kPage, memberships));
      is_end = page.size() < std::min(kPage, memberships);
      memberships -= page.size();
      for (const auto& [email, group] : page) {
        if (found_here > most) break;
        if (access_in(group, 0) == AccessLevel::none || users.contains(fold_ascii(email))) continue;
        users.emplace(fold_ascii(email), found_user(*rows_.find_membership(group, email)));
        ++found_here;
      }
      if (!is_end && found_here <= most) {
        if (memberships == 0) return std::nullopt;
        last = page.back();
      }
    }
  }
  Matches<FoundUser> found;
  for (auto& [email, user] : users) found.items.push_back(std::move(user));
  keep_first(found, most);
  return found;
}

/// Returns what Authorizer::access_in does, and keeps it for the groups above, which many users have in common.
AccessLevel NameSearch::access_in(GroupId id, std::size_t depth) {
  if (const auto known = access_.find(id); known != access_.end()) return known->second;
  const auto group = rows_.find_group(id);
  if (!group || depth > Path::kMostNames) return AccessLevel::none;
  const AccessLevel above = group->parent == 0 ? AccessLevel::none : access_in(group->parent, depth + 1);
  return access_[id] = authorizer_.scope()->access_in(id, above);
}

Matches<FoundUser> NameSearch::members(const Path& path, std::string_view start, std::size_t most) {
  Matches<FoundUser> found;
  const auto ancestors = authorizer_.find_ancestors(path);
  if (!ancestors) return found;
  const GroupId group = ancestors->back().id;
  const auto exists = [&](const std::string& prefix) { return !rows_.first_members(group, 1, prefix).empty(); };
  for (const std::string& prefix : spellings_of(start, Index::ignores_ascii_case, exists)) {
    const auto members = rows_.first_members(group, most + 1, prefix);
    const std::size_t room = most - std::min(most, found.items.size());
    if (members.size() > room || found.is_cut) {
      const std::string last = rows_.find_last_member(group, prefix).value_or(prefix);
      cut(found, common_email_start(members.front().email, last));
    }
    for (std::size_t i = 0; i < std::min(members.size(), room); ++i) found.items.push_back(found_user(members[i]));
  }
  fit_common(found);
  return found;
}

std::vector<Path> NameSearch::groups_of(std::string_view email) {
  std::vector<Path> paths;
  for (const auto& [group, membership] : authorizer_.memberships_of(email)) paths.push_back(path_of(rows_, group));
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> NameSearch::kinds() {
  if (authorizer_.sees_everything()) return rows_.find_kinds(kGroupsWithKinds);
  std::set<std::string> kinds;
  std::vector<GroupId> waiting;
  for (const auto& [group, access] : authorizer_.scope()->entries()) waiting.push_back(group);
  for (std::size_t seen = 0; seen < kGroupsWalked && !waiting.empty(); ++seen) {
    const auto group = rows_.find_group(waiting.back());
    waiting.pop_back();
    if (!group) continue;
    if (!group->traits.kind.empty()) kinds.insert(group->traits.kind);
    for (const StoredGroup& child : rows_.first_children(group->id, kChildrenWalked)) waiting.push_back(child.id);
  }
  return {kinds.begin(), kinds.end()};
}

}  // namespace allot
