#include "libcore/storage/postgresql/row_cache.hpp"

#include <tuple>

namespace allot {
namespace {

/// The number of groups that are kept; more are forgotten together.
constexpr std::size_t kMostGroups = 20'000;

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

void RowCache::put(CachedGroup group) {
  if (groups_.size() >= kMostGroups) forget_groups();
  names_[{group.group.parent, group.group.name}] = group.group.id;
  groups_[group.group.id] = std::move(group);
}

void RowCache::put_user(std::string email_key, UserMemberships memberships) {
  users_[std::move(email_key)] = std::move(memberships);
}

void RowCache::set_figures(GroupId id, const Figures& figures) {
  const auto found = groups_.find(id);
  if (found != groups_.end()) found->second.figures = figures;
}

void RowCache::forget_group(GroupId id) { groups_.erase(id); }

void RowCache::forget_groups() {
  groups_.clear();
  names_.clear();
}

void RowCache::clear() {
  forget_groups();
  users_.clear();
}

}  // namespace allot
