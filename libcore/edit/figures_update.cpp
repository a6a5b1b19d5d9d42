#include "libcore/edit/figures_update.hpp"

#include "libcore/edit/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/access/lookup.hpp"
#include "libcore/edit/checks.hpp"
#include "libcore/model/tree_check.hpp"

namespace allot {
namespace {

/// Loads the ancestor path of one group after another; a group that two successive paths share is loaded once.
class PathCursor {
 public:
  PathCursor(Snapshot& rows, std::shared_ptr<const Scope> scope)
      : rows_(rows), ancestors_(rows.catalogue(), std::move(scope)) {}

  AncestorPath& go_to(GroupId group) {
    const std::vector<GroupId> ids = ancestor_ids(rows_, group);
    std::size_t shared = 0;
    while (shared < std::min(ids.size(), ancestors_.size()) && ancestors_[shared].id == ids[shared]) ++shared;
    while (ancestors_.size() > shared) ancestors_.pop();
    FiguresReader figures{rows_};
    for (std::size_t i = shared; i < ids.size(); ++i) {
      auto node = rows_.find_group(ids[i]);
      if (!node) throw Error::store("the store is damaged: a change is in no group", "restore a backup");
      ancestors_.push(load_node(rows_, figures, *std::move(node)));
    }
    return ancestors_;
  }

 private:
  Snapshot& rows_;
  AncestorPath ancestors_;
};

}  // namespace

FiguresUpdate::FiguresUpdate(Write& write, std::int64_t revision)
    : write_(write), revision_(revision), scope_(write.authorizer().scope()), violation_report_(write.catalogue()) {}

void FiguresUpdate::add_changed(GroupId group) {
  if (changed_.contains(group)) return;
  changed_.emplace(group, PathCursor{write_.rows(), scope_}.go_to(group).back());
}

void FiguresUpdate::add_leaving(GroupId group) {
  const AncestorPath ancestors = PathCursor{write_.rows(), scope_}.go_to(group);
  const PathNode& node = leaving_.emplace(group, ancestors.back()).first->second;
  if (ancestors.size() == 1) return;
  Delta& delta = deltas_[ancestors[ancestors.size() - 2].id];
  delta.children -= 1;
  delta.ceilings -= passed_ceilings(node);
  delta.usage.add(node.taken(), -1);
}

void FiguresUpdate::add_member(GroupId group, const Membership* before, const Membership* after) {
  Delta& delta = deltas_[group];
  delta.members += (after != nullptr ? 1 : 0) - (before != nullptr ? 1 : 0);
  if (before != nullptr) delta.usage.add(before->grant, -1);
  if (after == nullptr) return;
  delta.usage.add(after->grant);
  members_[group].push_back(after->email);
}

Tree FiguresUpdate::load(GroupId top, const Path& path) {
  Tree tree = load_tree(write_.rows(), top, write_.progress());
  if (path.depth() + tree.depth() > Path::kMostNames) {
    throw Error::in_use(
        fmt::format("revision {} cannot be undone: a path would have more than {} names", revision_, Path::kMostNames));
  }
  return tree;
}

void FiguresUpdate::add_restored(GroupId top) {
  const Path path = path_of(write_.rows(), top);
  const AncestorPath above = get_ancestors(write_.rows(), path, scope_).above();
  const Tree tree = load(top, path);
  const Usages usages{tree, write_.catalogue()};
  const std::vector<std::int64_t> ceilings = count_ceilings(tree);
  check_tree(tree, usages, context_below(path, above), write_.catalogue(), write_.today(), violation_report_);
  std::vector<GroupId> groups;
  for (const Tree::Group& group : tree.groups()) groups.push_back(group.id);
  write_.rows().for_figures_of(groups, [&](std::size_t i, const Figures& stored) {
    const auto row = static_cast<Tree::Row>(i);
    const Figures figures{tree.count_children(row), tree.count_members(row), ceilings[row], usages[row]};
    if (!(figures == stored)) write_.changes().set_figures(groups[row], figures);
  });
  restored_.insert(groups.begin(), groups.end());
  if (above.size() == 0) return;
  Delta& delta = deltas_[above.back().id];
  delta.children += 1;
  delta.ceilings += pass_ceilings(tree.restriction(0), ceilings[0]);
  delta.usage.add(used_by(tree, usages, 0, write_.catalogue()));
}

void FiguresUpdate::add_moved(GroupId group) {
  if (restored_.contains(group)) return;
  const PathNode& node = leaving_.at(group);
  Delta& delta = deltas_[write_.rows().find_group(group)->parent];
  delta.children += 1;
  delta.ceilings += passed_ceilings(node);
  delta.usage.add(node.taken());
  moved_.insert(group);
}

/// Returns the groups to update, each before the groups below it.
std::vector<std::pair<Path, GroupId>> FiguresUpdate::list() {
  std::set<GroupId> groups = moved_;
  for (const auto& [group, unused] : changed_) groups.insert(group);
  for (const auto& [group, unused] : deltas_) groups.insert(group);
  std::vector<std::pair<Path, GroupId>> listed;
  for (const GroupId group : groups) {
    if (restored_.contains(group) || !write_.rows().find_group(group)) continue;
    listed.emplace_back(path_of(write_.rows(), group), group);
  }
  std::sort(listed.begin(), listed.end());
  return listed;
}

void FiguresUpdate::run() {
  const auto groups = list();
  PathCursor updated{write_.rows(), scope_};
  for (const auto& [path, group] : groups) update(updated.go_to(group));
  PathCursor checked{write_.rows(), scope_};
  for (const auto& [path, group] : groups) check(checked.go_to(group), path);
  enforce(write_, violation_report_);
}

/// Updates the figures of the last group of `ancestors` and passes the differences on to the groups above it.
void FiguresUpdate::update(AncestorPath& ancestors) {
  const std::size_t at = ancestors.size() - 1;
  const GroupId group = ancestors.back().id;
  if (const auto before = changed_.find(group); before != changed_.end() && at > 0) {
    count_ceilings(write_, ancestors, at - 1, passed_ceilings(ancestors.back()) - passed_ceilings(before->second));
    Usage change = ancestors.back().taken();
    change.add(before->second.taken(), -1);
    touch(ancestors, propagate(write_, ancestors, at - 1, change));
  }
  const auto delta = deltas_.find(group);
  if (delta == deltas_.end()) return;
  ancestors.count_children(delta->second.children);
  ancestors.count_members(delta->second.members);
  save_figures(write_, ancestors.back());
  count_ceilings(write_, ancestors, at, delta->second.ceilings);
  touch(ancestors, propagate(write_, ancestors, at, delta->second.usage));
}

void FiguresUpdate::touch(const AncestorPath& ancestors, const std::vector<std::size_t>& places) {
  for (const std::size_t place : places) touched_.insert(ancestors[place].id);
}

/// Checks the last group of `ancestors`, whose path is `path`, and the limits of the groups above it that changed.
void FiguresUpdate::check(const AncestorPath& ancestors, const Path& path) {
  const GroupId group = ancestors.back().id;
  const auto before = changed_.find(group);
  const bool is_validated = validated_ && validated_->contains(path);
  if (!is_validated) {
    const bool is_broken_below =
        before != changed_.end() && may_break_below(before->second, ancestors.back(), write_.today());
    if (is_broken_below || moved_.contains(group)) {
      validate(group, path, ancestors.above());
    } else if (before != changed_.end()) {
      check_contents(ancestors);
    }
  }
  const std::size_t end = validated_ && validated_->contains(path) ? validated_->depth() : ancestors.size();
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < end; ++place) {
    if (touched_.erase(ancestors[place].id) > 0) places.push_back(place);
  }
  Headroom headroom{write_.today()};
  std::size_t first = 0;  // of the groups that the actor sees
  while (first + 1 < ancestors.size() && !ancestors.is_visible(first)) ++first;
  headroom.takes(Usage{ancestors[first].taken()});
  check_limits_at(write_, ancestors, places, headroom, violation_report_);
}

void FiguresUpdate::check_contents(const AncestorPath& ancestors) {
  const PathNode& node = ancestors.back();
  for (const std::string& email : members_[node.id]) {
    check_member(write_, ancestors, *write_.rows().find_membership(node.id, email), violation_report_);
  }
  for (const std::string& name : licenses_[node.id]) {
    check_license(ancestors, *write_.rows().find_license(node.id, name), write_.today(), violation_report_);
  }
  const PathNode& before = changed_.at(node.id);
  if (node.traits == before.traits && node.licenses == before.licenses) return;
  Headroom headroom{write_.today()};
  check_capacity(write_, ancestors, headroom, violation_report_);
  touched_.erase(node.id);
}

void FiguresUpdate::validate(GroupId top, const Path& path, const AncestorPath& above) {
  const Tree tree = load(top, path);
  const Usages usages{tree, write_.catalogue()};
  check_tree(tree, usages, context_below(path, above), write_.catalogue(), write_.today(), violation_report_);
  validated_ = path;
}

}  // namespace allot
