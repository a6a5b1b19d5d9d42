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

/// The groups from `/` down to `path` as one who acts within `scope` sees them, with what is kept of each; the last may
/// be out of sight. Nothing where there is no such group.
std::optional<AncestorPath> find_ancestors(Snapshot& rows, const Path& path, std::shared_ptr<const Scope> scope);

/// The same where the group must be there; throws store where the rows of its path are damaged.
AncestorPath get_ancestors(Snapshot& rows, const Path& path, std::shared_ptr<const Scope> scope);

/// One more link of a chain: `group` with its figures and, where it is restricted, its licences.
PathNode load_node(Snapshot& rows, FiguresReader& figures, StoredGroup group);

/// The subtree below and including `top`, whole.
Tree load_tree(Snapshot& rows, GroupId top, const ReportProgress& report = {});

/// The rows of the groups from `/` down to one that is there.
std::vector<GroupId> ancestor_ids(Snapshot& rows, GroupId id);

/// The path of a group.
Path path_of(Snapshot& rows, GroupId id);

/// The error for a licence, membership, resource or feature that is not there, with a near match where there is one.
Error no_such_license(const AncestorPath& ancestors, std::string_view name);
Error no_such_member(const std::string& group, std::string_view email);
Error no_such_item(const Catalogue& catalogue, std::string_view name, std::string_view noun);

/// `did you mean "main"?`; empty where nothing is near.
std::string did_you_mean(const std::optional<std::string>& nearest);

/// The item of the catalogue that `name` names; throws not_found.
ResourceId get_counted(const Catalogue& catalogue, std::string_view name);
FeatureId get_feature(const Catalogue& catalogue, std::string_view name);
Item get_item(const Catalogue& catalogue, std::string_view name);

}  // namespace allot
