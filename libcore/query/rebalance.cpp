#include "libcore/query/rebalance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <optional>
#include <utility>

#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"
#include "libcore/model/in_force.hpp"
#include "libcore/query/donor.hpp"

namespace allot {
namespace {

/// Returns the first `size` groups of `ancestors`.
AncestorPath first_groups(AncestorPath ancestors, std::size_t size) {
  while (ancestors.size() > size) ancestors.pop();
  return ancestors;
}

class Rebalancing {
 public:
  Rebalancing(Snapshot& rows, Authorizer& authorizer, Day today, ResourceId id, std::int64_t need)
      : rows_(rows), authorizer_(authorizer), today_(today), id_(id), need_(need) {}

  RebalancePlan run(const Path& path) {
    const AncestorPath ancestors = authorizer_.ancestors(path);
    plan_.group = ancestors.path();
    const std::vector<std::size_t> bounding = find_bounding(ancestors);
    plan_.available = find_left(ancestors, bounding[0]);
    for (const std::size_t at : bounding) plan_.available = std::min(plan_.available, find_left(ancestors, at));
    const std::int64_t wanted = plan_.available + need_;
    for (const std::size_t at : bounding) {
      if (find_left(ancestors, at) < wanted && ancestors.is_visible(at) && at > 0) {
        authorizer_.authorize(ancestors, at, Permission::group);
      }
    }
    require_unblocked(ancestors);
    place_.emplace(first_groups(ancestors, bounding.back() + 1));
    for (auto at = bounding.rbegin(); at != bounding.rend(); ++at) {
      while (place_->size() <= *at) place_->push(ancestors[place_->size()]);
      const std::int64_t left = find_left(ancestors, *at);
      if (left >= wanted) continue;
      if (*at == 0 || !ancestors.is_visible(*at)) refuse_fixed(ancestors, *at, wanted);
      raise(wanted - left);
    }
    return std::move(plan_);
  }

 private:
  const std::string& item() const { return rows_.catalogue().counted()[id_].name; }

  /// Returns the groups whose limits decide what is available, nearest first: the restricted groups up to and including
  /// the first reserved group.
  std::vector<std::size_t> find_bounding(const AncestorPath& ancestors) const {
    std::vector<std::size_t> bounding;
    for (std::size_t at = ancestors.size(); at-- > 0;) {
      if (ancestors[at].is_restricted()) bounding.push_back(at);
      if (ancestors[at].traits.restriction == Restriction::reserved) break;
    }
    if (bounding.empty()) {
      throw Error::not_found(fmt::format("nothing limits {} in {}", item(), plan_.group), "no more of it is needed");
    }
    return bounding;
  }

  void require_unblocked(const AncestorPath& ancestors) const {
    const std::vector<Block> blocks = find_blocks(ancestors, Item::counted(id_), today_);
    if (blocks.empty()) return;
    throw Error::refused(fmt::format("refused: {} is blocked in {}: {} {}", item(), plan_.group,
                                     ancestors.path_of(blocks[0].at), describe_reason(blocks[0])),
                         {});
  }

  /// Returns what the limit of the group at `at` leaves today.
  std::int64_t find_left(const AncestorPath& ancestors, std::size_t at) const {
    return ancestors[at].capacity->limits[id_].at(today_) - ancestors[at].allotted[id_].at(today_);
  }

  /// Refuses because the limit of a group is too low that no group above it provides and the actor cannot raise.
  [[noreturn]] void refuse_fixed(const AncestorPath& ancestors, std::size_t at, std::int64_t wanted) const {
    const std::int64_t left = find_left(ancestors, at);
    const PathNode& group = ancestors[at];
    const std::int64_t limit = group.capacity->limits[id_].at(today_);
    const RuleViolation rule_violation{
        Rule::limit, Item::counted(id_), Period{today_, today_}, limit, wanted, left, limit - left + wanted, Period{}};
    ViolationReport violation_report{rows_.catalogue()};
    violation_report.add(rule_violation, ancestors.path_of(at), plan_.group);
    std::string& reason = violation_report.violations().listed().front().message;
    if (ancestors.is_visible(at)) {
      reason = fmt::format("{} has {} {}, and no group above it provides more", ancestors.path_of(at), limit, item());
    }
    refuse(std::move(violation_report), left - plan_.available);
  }

  /// Refuses because of these violations, which leave `possible` more at most.
  [[noreturn]] void refuse(ViolationReport violation_report, std::int64_t possible) const {
    const Violations& violations = violation_report.violations();
    const std::string reason = violations.total() == 1 ? ": " + violations.listed().front().message : std::string{};
    throw Error::refused(fmt::format("refused: at most {} of {} more {} can be made available in {}{}",
                                     std::max<std::int64_t>(possible, 0), need_, item(), plan_.group, reason),
                         violations);
  }

  /// Raises the limit of the last group of `place_` by `lacking`.
  void raise(std::int64_t lacking) {
    std::vector<License> licenses = place_->back().licenses;
    License& license = licenses[find_last_active(licenses)];
    const std::int64_t before = license.grant.counts[id_];
    const std::string path = place_->path();
    if (before + lacking > kLargestCount) {
      throw Error::refused(fmt::format("refused: {} would have {} {}: at most {} can be",
                                       describe_license(path, license.name), before + lacking, item(), kLargestCount),
                           {});
    }
    if (place_->back().traits.restriction == Restriction::reserved) provide(lacking, license);
    license.grant.counts.set(id_, static_cast<std::int32_t>(before + lacking));
    const GroupTraits traits = place_->back().traits;
    ViolationReport violation_report{rows_.catalogue()};
    LicenseTrial{rows_, *place_, traits, today_}.check(licenses, violation_report);
    violation_report.enforce();
    plan_.steps.push_back({path, license.name, before, before + lacking});
    const Usage change = place_->replace_last(traits, std::move(licenses));
    if (place_->size() > 1) place_->allot(place_->size() - 2, change, [](std::size_t) {});
  }

  /// Returns the index of the active licence that ends last, of several the first by name.
  std::size_t find_last_active(const std::vector<License>& licenses) const {
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < licenses.size(); ++i) {
      if (licenses[i].grant.period.contains(today_) && (!last || ends_later(licenses[i], licenses[*last]))) last = i;
    }
    if (!last) throw Error::internal("a group that blocks nothing has no active licence");
    return *last;
  }

  /// Lowers reserved groups until the groups above the last group of `place_` provide `lacking` more over the period of
  /// its `license`.
  void provide(std::int64_t lacking, const License& license) {
    const auto source = place_->find_restricted(place_->size() - 2);
    if (!source) return;
    Shortage shortage{*place_, *source, id_, lacking, license.grant.period, today_};
    if (shortage.in(Period{}) <= 0) return;
    std::list<Donor> donors;
    for (const auto& [path, unused] : find_candidates(*source)) {
      if (shortage.in(Period{}) <= 0) break;
      donors.emplace_back(rows_, *authorizer_.find_ancestors(path), id_, unused, today_);
      donors.back().lower(shortage);
    }
    for (Donor& donor : donors) donor.restore(shortage);
    const std::int64_t lack = shortage.in(Period{});
    if (lack > 0) {
      const std::int64_t count = license.grant.counts[id_] + lacking;
      refuse(shortage.find_violations(describe_license(place_->path(), license.name), count, count - lack),
             need_ - lack);
    }
    for (const Donor& donor : donors) donor.add_steps(plan_.steps);
    shortage.apply(*place_);
  }

  using Candidate = std::pair<Path, std::int64_t>;

  /// Returns the reserved groups, other than the last group of `place_`, that draw on the group at `source` and that
  /// the actor may change, with what is unused in each, most unused first, ties by path.
  std::vector<Candidate> find_candidates(std::size_t source) {
    std::vector<Candidate> candidates;
    AncestorPath cursor = first_groups(*place_, source + 1);
    collect(cursor, candidates);
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.second > b.second; });
    return candidates;
  }

  void collect(AncestorPath& cursor, std::vector<Candidate>& candidates) {
    const bool may_change = cursor.back().access == AccessLevel::administer;
    rows_.for_each_child(cursor.back().id, [&](StoredGroup&& child) {
      if (child.id == place_->back().id || child.traits.restriction == Restriction::shared) return;
      PathNode node = load_node(rows_, figures_, std::move(child));
      const bool is_reserved = node.is_restricted();
      if (is_reserved ? !may_change : node.children == 0) return;
      cursor.push(std::move(node));
      if (is_reserved) {
        const PathNode& group = cursor.back();
        const auto unused = find_room(group.allotted[id_], group.capacity->limits[id_], Period{}, today_);
        if (unused && *unused > 0) candidates.emplace_back(Path::parse(cursor.path()), *unused);
      } else {
        collect(cursor, candidates);
      }
      cursor.pop();
    });
  }

  Snapshot& rows_;
  Authorizer& authorizer_;
  FiguresReader figures_{rows_};
  Day today_;
  ResourceId id_;
  std::int64_t need_;
  RebalancePlan plan_;
  std::optional<AncestorPath> place_;  // down to the group whose limit is raised, with all changes so far
};

}  // namespace

RebalancePlan plan_rebalance(Snapshot& rows, Authorizer& authorizer, Day today, const Path& path, ResourceId id,
                             std::int64_t need) {
  return Rebalancing{rows, authorizer, today, id, need}.run(path);
}

}  // namespace allot
