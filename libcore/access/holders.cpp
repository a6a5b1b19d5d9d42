#include "libcore/access/holders.hpp"

#include <utility>

#include "libcore/access/lookup.hpp"
#include "libcore/model/tree_check.hpp"

namespace allot {
namespace {

constexpr std::size_t kLookedAt = 2000;

}  // namespace

Holders find_holders(Snapshot& rows, const AncestorPath& ancestors, std::size_t at, ResourceId id, Day day) {
  const GroupId group = ancestors[at].id;
  const std::string path = ancestors.path_of(at);
  std::vector<Holder> holders;
  const auto add = [&](std::string by, std::int64_t count) {
    if (count > 0) holders.push_back({std::move(by), count});
  };
  FiguresReader figures{rows};
  std::vector<StoredGroup> children = rows.first_children(group, kLookedAt);
  std::vector<GroupId> ids;
  for (const StoredGroup& child : children) ids.push_back(child.id);
  rows.expect_groups(ids);
  for (StoredGroup& child : children) {
    const std::string child_path = (path == "/" ? "" : path) + "/" + child.name;
    const PathNode node = load_node(rows, figures, std::move(child));
    if (node.traits.restriction != Restriction::reserved) {
      add(child_path, node.allotted[id].at(day));
      continue;
    }
    Usage limits;
    for (const License& license : node.licenses) limits.add(license.grant);
    add(child_path, limits[id].at(day));
  }
  for (const Membership& member : rows.first_members(group, kLookedAt)) {
    if (member.grant.period.contains(day)) add(describe_member(path, member.email), member.grant.counts[id]);
  }
  return keep_largest(std::move(holders));
}

}  // namespace allot
