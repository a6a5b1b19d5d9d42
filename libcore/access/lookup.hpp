#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/access/figures_reader.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/progress.hpp"
#include "libcore/model/ancestor_path.hpp"
#include "libcore/model/path.hpp"
#include "libcore/model/tree.hpp"

namespace allot {

/// Returns the groups from `/` down to `path` with their access levels in `scope`, or nothing if the group does not
/// exist. The last group may not be visible.
std::optional<AncestorPath> find_ancestors(Snapshot& rows, const Path& path, std::shared_ptr<const Scope> scope);

/// Returns the same for a group that must exist; throws store if the rows of its path are damaged.
AncestorPath get_ancestors(Snapshot& rows, const Path& path, std::shared_ptr<const Scope> scope);

/// Loads a path node: `group` with its figures and, if it is restricted, its licences.
PathNode load_node(Snapshot& rows, FiguresReader& figures, StoredGroup group);

/// Loads the subtree at and below `top`.
Tree load_tree(Snapshot& rows, GroupId top, const ReportProgress& report = {});

/// Loads the same without its memberships.
Tree load_groups_and_licenses(Snapshot& rows, GroupId top);

/// Returns the ids of the groups from `/` down to `id`.
std::vector<GroupId> ancestor_ids(Snapshot& rows, GroupId id);

/// Returns the path of a group.
Path path_of(Snapshot& rows, GroupId id);

/// Return the errors for a licence, membership, resource or feature that does not exist, with a near match if there is
/// one.
Error no_such_license(const AncestorPath& ancestors, std::string_view name);
Error no_such_member(const std::string& group, std::string_view email);
Error no_such_item(const Catalogue& catalogue, std::string_view name, std::string_view noun);

/// Returns `did you mean "main"?`, or an empty string if there is no near match.
std::string did_you_mean(const std::optional<std::string>& nearest);

/// Return the entry of the catalogue named `name`; throw not_found.
ResourceId get_counted(const Catalogue& catalogue, std::string_view name);
FeatureId get_feature(const Catalogue& catalogue, std::string_view name);
Item get_item(const Catalogue& catalogue, std::string_view name);

}  // namespace allot
