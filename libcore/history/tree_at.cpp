#include "libcore/history/tree_at.hpp"

#include "libcore/base/error.hpp"
#include "libcore/model/path.hpp"

namespace allot {

const TreeAt::Place& TreeAt::find(GroupId group, int depth) {
  const auto known = places_.find(group);
  if (known != places_.end()) return known->second;
  if (depth > static_cast<int>(Path::kMostNames) + 1) {
    throw Error::store("the store is damaged: a group is below itself", "restore a backup");
  }
  Place place;
  std::string full_path;
  // The group itself is often announced already with others; its ancestors are most often known as theirs.
  if (depth == 1) snapshot_.expect_ancestors(group);
  if (const auto row = snapshot_.find_group(group)) {
    place.exists = true;
    place.parent = row->parent;
    AccessLevel above = AccessLevel::none;
    if (row->parent != 0) {
      above = find(row->parent, depth + 1).access;
      full_path = full_paths_[row->parent] + '/' + row->name;
    }
    place.access = scope_.access_in(group, above);
    place.path = !place.is_visible() ? std::string{kAbove} : full_path.empty() ? "/" : full_path;
  }
  full_paths_.emplace(group, std::move(full_path));
  return places_.emplace(group, std::move(place)).first->second;
}

}  // namespace allot
