#include "libcore/storage/postgresql/row_cache.hpp"

#include <algorithm>
#include <tuple>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

/// The number of groups that are known; more are forgotten together.
constexpr std::size_t kMostGroups = 20'000;

/// The number of users that are known; more are forgotten together.
constexpr std::size_t kMostUsers = 20'000;

/// Returns the place of a group among the memberships of a user.
UserMemberships::iterator place_in(UserMemberships& memberships, GroupId group) {
  return std::lower_bound(memberships.begin(), memberships.end(), group,
                          [](const auto& each, GroupId id) { return each.first < id; });
}

}  // namespace

const CachedGroup* RowCache::find(GroupId id) const {
  const auto found = groups_.find(id);
  return found == groups_.end() ? nullptr : &found->second;
}

std::optional<const CachedGroup*> RowCache::find(GroupId parent, std::string_view name) const {
  const auto found = names_.find(std::pair{parent, std::string{name}});
  if (found == names_.end()) return std::nullopt;
  if (found->second == 0) return nullptr;
  const CachedGroup* const group = find(found->second);
  return group != nullptr ? std::optional{group} : std::nullopt;
}

bool RowCache::has_path(const Path& path) const {
  const CachedGroup* group = find(kRootGroup);
  if (group == nullptr) return false;
  for (const std::string& name : path.names()) {
    const auto below = find(group->group.id, name);
    if (!below) return false;
    if (*below == nullptr) return true;
    group = *below;
  }
  return true;
}

const UserMemberships* RowCache::find_user(std::string_view email_key) const {
  if (users_.empty()) return nullptr;
  const auto found = users_.find(std::string{email_key});
  return found == users_.end() ? nullptr : &found->second;
}

const std::vector<GroupId>* RowCache::find_children(GroupId parent) const {
  const auto found = children_.find(parent);
  return found == children_.end() ? nullptr : &found->second;
}

std::optional<std::vector<Membership>> RowCache::take_members(GroupId group) {
  const auto found = members_.find(group);
  if (found == members_.end()) return std::nullopt;
  std::vector<Membership> members = std::move(found->second);
  members_.erase(found);
  return members;
}

const std::optional<Figures>* RowCache::find_past_figures(GroupId id) const {
  const auto found = past_figures_.find(id);
  return found == past_figures_.end() ? nullptr : &found->second;
}

std::optional<const Membership*> RowCache::find_membership(GroupId group, const std::string& email_key) const {
  if (is_absent(group)) return nullptr;
  const auto found = memberships_.find({group, email_key});
  if (found == memberships_.end()) return std::nullopt;
  return found->second ? &*found->second : nullptr;
}

void RowCache::put_membership(GroupId group, const MembershipView& membership) {
  const std::string email_key = fold_ascii(membership.email);
  forget_lists(group, email_key);
  const auto user = users_.find(email_key);
  if (user == users_.end()) return;
  const auto at = place_in(user->second, group);
  if (at == user->second.end() || at->first != group) {
    user->second.emplace(at, group, membership.copy());
  } else {
    std::string email = std::move(at->second.email);
    at->second = membership.copy();
    at->second.email = std::move(email);
  }
}

void RowCache::remove_membership(GroupId group, const std::string& email_key) {
  forget_lists(group, email_key);
  const auto user = users_.find(email_key);
  if (user == users_.end()) return;
  const auto at = place_in(user->second, group);
  if (at != user->second.end() && at->first == group) user->second.erase(at);
}

void RowCache::forget_membership(GroupId group, const std::string& email_key) {
  forget_lists(group, email_key);
  users_.erase(email_key);
}

/// Forgets what is known of a membership besides its user.
void RowCache::forget_lists(GroupId group, const std::string& email_key) {
  members_.clear();
  memberships_.erase({group, email_key});
}

void RowCache::forget_user(const std::string& email_key) {
  users_.erase(email_key);
  members_.clear();
  std::erase_if(memberships_, [&](const auto& each) { return each.first.second == email_key; });
}

void RowCache::forget_group(GroupId id) {
  groups_.erase(id);
  knows_originals_ = false;
}

void RowCache::forget_place(GroupId id) {
  forget_group(id);
  absent_.erase(id);
  names_.clear();
  children_.clear();
}

void RowCache::make_space(std::size_t count) {
  if (groups_.size() + absent_.size() + count > kMostGroups) forget_groups();
}

void RowCache::put(CachedGroup group) {
  make_space(1);
  names_[{group.group.parent, group.group.name}] = group.group.id;
  absent_.erase(group.group.id);
  groups_[group.group.id] = std::move(group);
}

void RowCache::put_user(std::string email_key, UserMemberships memberships) {
  if (users_.size() >= kMostUsers) users_.clear();
  users_[std::move(email_key)] = std::move(memberships);
}

void RowCache::set_figures(GroupId id, const Figures& figures) {
  const auto found = groups_.find(id);
  if (found != groups_.end()) found->second.figures = figures;
}

void RowCache::put_created(CachedGroup group) {
  children_.clear();
  originals_.emplace(group.group.id, std::nullopt);
  put(std::move(group));
}

CachedGroup* RowCache::change(GroupId id) {
  const auto found = groups_.find(id);
  if (found == groups_.end()) {
    knows_originals_ = false;
    return nullptr;
  }
  originals_.emplace(id, found->second);
  return &found->second;
}

void RowCache::place(GroupId id, GroupId parent, std::string_view name) {
  children_.clear();
  CachedGroup* const cached = change(id);
  if (cached == nullptr) {
    names_.clear();
    return;
  }
  names_[{cached->group.parent, cached->group.name}] = 0;
  cached->group.parent = parent;
  cached->group.name = name;
  names_[{parent, cached->group.name}] = id;
}

void RowCache::begin_write() {
  originals_.clear();
  knows_originals_ = true;
}

RowCache RowCache::before_write() const {
  RowCache before;
  if (!knows_originals_) return before;
  for (const auto& [id, cached] : groups_) {
    const auto original = originals_.find(id);
    if (original != originals_.end() && !original->second) continue;
    CachedGroup group = original == originals_.end() ? cached : *original->second;
    group.figures.reset();
    before.put(std::move(group));
  }
  return before;
}

void RowCache::forget_groups() {
  groups_.clear();
  names_.clear();
  children_.clear();
  absent_.clear();
  past_figures_.clear();
  originals_.clear();
  knows_originals_ = false;
}

void RowCache::clear() {
  forget_groups();
  members_.clear();
  users_.clear();
  memberships_.clear();
}

}  // namespace allot
