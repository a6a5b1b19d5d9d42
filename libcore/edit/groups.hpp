#pragma once

#include <optional>
#include <string>

#include "libcore/edit/label_change.hpp"
#include "libcore/edit/write.hpp"

namespace allot {

/// Whether missing ancestors are created.
enum class Parents { must_exist, create };

/// Whether a group is removed together with its contents.
enum class Recursive { no, yes };

/// The specified properties of a group; unspecified properties keep their values.
struct GroupPatch {
  std::optional<std::string> kind;
  std::optional<Restriction> restriction;
  std::optional<bool> suspended;
  std::optional<LeadTimes> remind_before;
  std::optional<Repeat> remind_repeat;
  bool remind_users = false;
  std::optional<int> remind_low;  ///< 0: no warning
  bool drops_reminder = false;
  LabelChange labels{};
};

void add_group(Write& write, const Path& path, const GroupPatch& specified, Parents parents, IfExists if_exists);
void set_group(Write& write, const Path& path, const GroupPatch& specified);
void move_group(Write& write, const Path& path, const Path& new_parent);
void rename_group(Write& write, const Path& path, const std::string& name);
/// Removes a group, with its contents only if `recursive`; throws too_many_removals if that is more than
/// `max_removals`.
void remove_group(Write& write, const Path& path, Recursive recursive,
                  const std::optional<RemovalLimit>& max_removals = std::nullopt);

}  // namespace allot
