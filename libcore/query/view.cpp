#include "libcore/query/view.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/document/writer.hpp"

namespace allot {
namespace {

void walk_below(Snapshot& rows, FiguresReader& figures, AncestorPath& ancestors, std::optional<std::size_t> depth,
                const View::VisitAncestors& visit) {
  visit(ancestors);
  if (depth == std::size_t{0}) return;
  const auto below = depth ? std::optional{*depth - 1} : std::nullopt;
  if (ancestors.back().children == 0) return;
  rows.for_each_child(ancestors.back().id, [&](StoredGroup&& child) {
    const GroupId id = child.id;
    PathNode node = load_node(rows, figures, std::move(child));
    figures.forget(id);
    if (!node.is_restricted()) node.licenses = rows.licenses_of(id);
    ancestors.push(std::move(node));
    walk_below(rows, figures, ancestors, below, visit);
    ancestors.pop();
  });
}

/// Replaces the spelling of a user with several spellings by the first, as an import of the exported file would.
class Spellings {
 public:
  explicit Spellings(Store& store) {
    for (std::string& user : store.find_spelled_users()) first_.emplace(std::move(user), std::string{});
  }

  void write(const MembershipView& member, HierarchyWriter& writer) {
    const auto known = first_.empty() ? first_.end() : first_.find(fold_ascii(member.email));
    if (known == first_.end()) return writer.write(member);
    if (known->second.empty()) known->second = member.email;
    writer.write(MembershipView{known->second, member.name, member.role, member.inherits_features, member.grant,
                                member.labels, member.language});
  }

 private:
  std::unordered_map<std::string, std::string> first_;  // by the e-mail in lower case
};

}  // namespace

void View::walk(const Path& path, std::optional<std::size_t> depth, const VisitAncestors& visit) {
  AncestorPath top = ancestors(path);
  const bool is_counted = report_ && !depth && !past_;
  const auto total = static_cast<std::uint64_t>(is_counted ? store().size_below(top.back().id).groups : 0);
  std::uint64_t done = 0;
  FiguresReader figures{rows()};
  walk_below(rows(), figures, top, depth, [&](const AncestorPath& each) {
    visit(each);
    if (report_) report_("groups", ++done, total);
  });
}

UserState View::user(const std::string& email, Day day) {
  auto memberships = authorizer_.memberships_of(email, Authorizer::Own::all);
  if (memberships.empty()) throw authorizer_.no_such_user(email);
  for (const auto& [group, membership] : memberships) rows().expect_ancestors(group);
  UserState state;
  state.email = memberships.front().second.email;
  state.entitlement = Entitlement{catalogue()};
  for (auto& [group, membership] : memberships) {
    const Status status = status_on(day, membership.grant.period);
    state.memberships.push_back({path_of(rows(), group), std::move(membership), status});
  }
  std::sort(state.memberships.begin(), state.memberships.end(),
            [](const PlacedMembership& a, const PlacedMembership& b) { return a.group < b.group; });
  Authorizer unseen{rows(), engine_.today(), std::nullopt};  // entitlements do not depend on the reader
  for (const PlacedMembership& placed : state.memberships) {
    if (state.name.empty()) state.name = placed.membership.name;
    if (placed.status != Status::active) continue;
    const AncestorPath ancestors = unseen.ancestors(placed.group);
    state.entitlement.add(placed.group.to_string(), placed.membership.grant, placed.membership.inherits_features,
                          [&](const Item& item) { return find_blocks(ancestors, item, day).empty(); });
  }
  return state;
}

void View::export_hierarchy(const Path& path, std::ostream& out) {
  HierarchyWriter writer{out, catalogue()};
  Spellings spellings{store()};
  std::size_t open = 0;
  walk(path, std::nullopt, [&](const AncestorPath& ancestors) {
    const std::size_t depth = ancestors.size() - path.depth();
    for (; open >= depth; --open) writer.close_group();
    const PathNode& group = ancestors.back();
    if (open == 0) {
      writer.open_root(group.traits, !group.licenses.empty());
    } else {
      writer.open_group(group.name, group.traits, !group.licenses.empty());
    }
    ++open;
    for (const License& license : group.licenses) writer.write(license);
    if (group.members == 0) return;
    rows().for_each_member(group.id, [&](const MembershipView& member) { spellings.write(member, writer); });
  });
  for (; open > 0; --open) writer.close_group();
}

RebalancePlan View::rebalance(const Path& path, const std::string& item, std::int64_t need) {
  RebalancePlan plan = plan_rebalance(rows(), authorizer_, engine_.today(), path, get_counted(catalogue(), item), need);
  plan.revision = newest_visible_revision(store(), authorizer_);
  return plan;
}

}  // namespace allot
