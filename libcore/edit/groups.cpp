#include "libcore/edit/groups.hpp"

#include <fmt/format.h>

#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/checks.hpp"
#include "libcore/edit/licenses.hpp"
#include "libcore/edit/refusal.hpp"

namespace allot {
namespace {

/// Returns the reminder of a group after a command; throws not_found if a part of the reminder of ends is specified and
/// the group has none.
std::optional<Reminder> apply_reminder(const GroupPatch& specified, const std::optional<Reminder>& before,
                                       const Path& path) {
  if (specified.drops_reminder) return std::nullopt;
  Reminder reminder = before.value_or(Reminder{});
  const bool is_about_ends = specified.remind_before || specified.remind_repeat || specified.remind_users;
  if (is_about_ends && reminder.before.is_empty() && (!specified.remind_before || !specified.remind_repeat)) {
    throw Error::not_found(
        fmt::format("the group {} has no reminder{}", quote(path.to_string()), before ? " of licenses that end" : ""),
        "give it one with both --remind-before DAYS and --remind-repeat REPEAT");
  }
  if (specified.remind_before) reminder.before = *specified.remind_before;
  if (specified.remind_repeat) reminder.repeat = *specified.remind_repeat;
  if (specified.remind_users) reminder.users = true;
  if (specified.remind_low) reminder.low = static_cast<std::int16_t>(*specified.remind_low);
  if (reminder.before.is_empty() && reminder.low == 0) return std::nullopt;
  return reminder;
}

GroupTraits apply(const GroupPatch& specified, const GroupTraits& before, const Path& path) {
  GroupTraits traits = before;
  if (specified.kind) traits.kind = *specified.kind;
  apply(specified.labels, traits.labels);
  if (specified.language) traits.language = *specified.language;
  if (specified.restriction) traits.restriction = *specified.restriction;
  if (specified.suspended) traits.suspended = *specified.suspended;
  traits.reminder = apply_reminder(specified, before.reminder, path);
  return traits;
}

void refuse_root(const Path& path, std::string_view subcommand) {
  if (path.is_root()) throw Error::usage(fmt::format("/ cannot be {}", subcommand));
}

/// Returns the number of items that are removed with all groups of a tree.
Counters removed_with(const Tree& tree) {
  Counters removed;
  removed.groups = static_cast<std::int64_t>(tree.groups().size());
  removed.licenses = static_cast<std::int64_t>(tree.licenses().size());
  removed.memberships = static_cast<std::int64_t>(tree.members().size());
  return removed;
}

Error group_exists(const Path& path) {
  return Error::exists(fmt::format("the group {} exists already", quote(path.to_string())));
}

/// Returns the update of the last group of `ancestors`, with its parent unchanged.
Change update_of(const AncestorPath& ancestors, GroupState before, GroupState after) {
  before.parent = ancestors.size() > 1 ? ancestors[ancestors.size() - 2].id : 0;
  after.parent = before.parent;
  const std::string path = before.path;
  return {Op::update, What::group, path, {}, std::move(before), std::move(after)};
}

}  // namespace

void add_group(Write& write, const Path& path, const GroupPatch& specified, Parents parents, IfExists if_exists) {
  Path above = path.parent();
  std::vector<std::string> missing;
  if (parents == Parents::create) {
    GroupId id = kRootGroup;
    Path known;
    for (const std::string& name : above.names()) {
      const auto group = missing.empty() ? write.rows().find_group(id, name) : std::nullopt;
      if (group) {
        id = group->id;
        known = known.child(name);
      } else {
        missing.push_back(name);
      }
    }
    above = known;
  }
  auto found = write.authorizer().find_ancestors(above);
  if (!found) throw write.authorizer().no_such_group(path.parent());  // the same for any missing ancestor
  AncestorPath& ancestors = *found;
  write.authorizer().authorize(ancestors, Permission::inside);
  const bool exists = path.is_root() || (missing.empty() && write.rows().find_group(ancestors.back().id, path.name()));
  if (exists) {
    if (if_exists == IfExists::fail) throw group_exists(path);
    write.changes().keep(What::group);
    return;
  }
  const GroupTraits traits = apply(specified, GroupTraits{}, path);
  missing.push_back(path.name());
  Path place = above;
  for (const std::string& name : missing) {
    const GroupTraits& given = place.depth() + 1 == path.depth() ? traits : GroupTraits{};
    ancestors.count_children(1);
    save_figures(write, ancestors.back());
    count_ceilings(write, ancestors, ancestors.size() - 1, pass_ceilings(given.restriction, 0));
    place = place.child(name);
    const Authorization authorization = write.authorizer().authorize(ancestors, Permission::inside);
    const GroupId parent = ancestors.back().id;
    PathNode node;
    node.id = write.changes().insert_group(authorization, parent, name, given, [&] {
      return Change{Op::create, What::group, place.to_string(), {}, {}, GroupState{place.to_string(), given, parent}};
    });
    node.name = name;
    node.traits = given;
    ancestors.push(std::move(node));
  }
}

void set_group(Write& write, const Path& path, const GroupPatch& specified) {
  if (path.is_root() && specified.restriction == Restriction::shared) {
    throw Error::usage("/ cannot be shared: it has nothing above it to share",
                       "make it reserved, or none for unlimited");
  }
  AncestorPath ancestors = write.ancestors_of(path);
  const GroupTraits before = ancestors.back().traits;
  const GroupTraits after = apply(specified, before, path);
  const bool reminds_only = !specified.kind && specified.labels.is_empty() && !specified.language &&
                            !specified.restriction && !specified.suspended;
  const Permission permission = reminds_only ? Permission::inside : Permission::group;
  const Authorization authorization = write.authorizer().authorize(ancestors, permission);
  require_few(after.labels);
  if (after == before) {
    write.changes().keep(What::group);
    return;
  }
  write.changes().update_group(authorization, permission, ancestors.back().id, before, after, [&] {
    return update_of(ancestors, GroupState{path.to_string(), before}, GroupState{path.to_string(), after});
  });
  if (after.restriction == before.restriction) return;
  if (before.restriction == Restriction::none) note_kept_licenses(write, ancestors, after.restriction);
  const std::int64_t ceilings = ancestors.back().ceilings;
  if (!path.is_root()) {
    count_ceilings(write, ancestors, ancestors.size() - 2,
                   pass_ceilings(after.restriction, ceilings) - pass_ceilings(before.restriction, ceilings));
  }
  ViolationReport violation_report{write.catalogue()};
  Headroom headroom{write.today()};
  validate_subtree(write, path, ancestors.above(), ancestors.back().taken(), headroom, violation_report);
  enforce(write, violation_report);
}

void move_group(Write& write, const Path& path, const Path& new_parent) {
  refuse_root(path, "moved");
  if (path.contains(new_parent)) {
    throw Error::usage(
        fmt::format("{} cannot be moved to {}: that is itself or below it", path.to_string(), new_parent.to_string()));
  }
  const AncestorPath ancestors = write.ancestors_of(path);
  const AncestorPath parent = write.ancestors_of(new_parent);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::group);
  const Authorization into = write.authorizer().authorize(parent, Permission::inside);
  const GroupId target = parent.back().id;
  const Path place = new_parent.child(path.name());
  if (write.rows().find_group(target, path.name())) throw group_exists(place);
  const GroupId id = ancestors.back().id;
  if (place.depth() + load_tree(write.rows(), id, write.progress()).depth() > Path::kMostNames) {
    throw Error::in_use(fmt::format("{} cannot be moved to {}: a path below it would have more than {} names",
                                    path.to_string(), new_parent.to_string(), Path::kMostNames));
  }
  ViolationReport violation_report{write.catalogue()};
  Headroom headroom{write.today()};
  Usage nothing;
  Usage given_back;
  given_back.add(ancestors.back().taken(), -1);
  AncestorPath old_above = ancestors.above();
  old_above.count_children(-1);
  save_figures(write, old_above.back());
  const std::int64_t ceilings = passed_ceilings(ancestors.back());
  count_ceilings(write, old_above, old_above.size() - 1, -ceilings);
  propagate(write, old_above, old_above.size() - 1, given_back);  // reducing usage cannot break a rule
  write.changes().move_group(authorization, id, into, target, [&] {
    const GroupTraits& traits = ancestors.back().traits;
    Change change = update_of(ancestors, GroupState{path.to_string(), traits}, GroupState{place.to_string(), traits});
    std::get<GroupState>(change.after).parent = target;
    return change;
  });
  AncestorPath new_above = write.ancestors_of(new_parent);
  new_above.count_children(1);
  save_figures(write, new_above.back());
  count_ceilings(write, new_above, new_above.size() - 1, ceilings);
  validate_subtree(write, place, std::move(new_above), nothing, headroom, violation_report);
  enforce(write, violation_report);
}

void rename_group(Write& write, const Path& path, const std::string& name) {
  refuse_root(path, "renamed");
  const AncestorPath ancestors = write.ancestors_of(path);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::group);
  const Path place = path.parent().child(name);
  if (write.rows().find_group(ancestors[ancestors.size() - 2].id, name)) throw group_exists(place);
  write.changes().rename_group(authorization, ancestors.back().id, name, [&] {
    const GroupTraits& traits = ancestors.back().traits;
    return update_of(ancestors, GroupState{path.to_string(), traits}, GroupState{place.to_string(), traits});
  });
}

void remove_group(Write& write, const Path& path, Recursive recursive,
                  const std::optional<RemovalLimit>& max_removals) {
  refuse_root(path, "removed");
  const AncestorPath ancestors = write.ancestors_of(path);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::group);
  const PathNode& group = ancestors.back();
  const bool is_empty = group.children == 0 && group.members == 0 && group.licenses.empty();
  if (!is_empty && recursive == Recursive::no) {
    throw Error::not_empty(fmt::format("the group {} is not empty: it has {}, {} and {}", quote(path.to_string()),
                                       count_of(static_cast<std::size_t>(group.children), "child group"),
                                       count_of(static_cast<std::size_t>(group.members), "user"),
                                       count_of(group.licenses.size(), "license")),
                           "remove it with everything in it and below it with -r");
  }
  const Tree tree = load_tree(write.rows(), group.id, write.progress());
  require_few_removals(max_removals, removed_with(tree), [&] { return count_items(tree); });
  const auto parent_of = [&](Tree::Row row) {
    return row == 0 ? ancestors[ancestors.size() - 2].id : tree.groups()[tree.groups()[row].parent].id;
  };
  for (Tree::Row row = 0; row < tree.licenses().size(); ++row) {
    write.changes().record_removal(What::license, [&] {
      const License license = tree.license_at(row);
      return Change{Op::remove,   What::license, tree.path_of(tree.licenses()[row].group, path.to_string()),
                    license.name, license,       {}};
    });
  }
  for (Tree::Row row = 0; row < tree.members().size(); ++row) {
    write.changes().record_removal(What::membership, [&] {
      const Membership member = tree.membership_at(row);
      return Change{Op::remove,   What::membership, tree.path_of(tree.members()[row].group, path.to_string()),
                    member.email, member,           {}};
    });
  }
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    write.changes().record_removal(What::group, [&] {
      const std::string place = tree.path_of(row, path.to_string());
      return Change{Op::remove, What::group, place, {}, GroupState{place, tree.traits(row), parent_of(row)}, {}};
    });
  }
  Usage given_back;
  given_back.add(group.taken(), -1);
  AncestorPath above = ancestors.above();
  above.count_children(-1);
  save_figures(write, above.back());
  count_ceilings(write, above, above.size() - 1, -passed_ceilings(group));
  propagate(write, above, above.size() - 1, given_back);  // reducing usage cannot break a rule
  write.changes().remove_groups(authorization, group.id, write.progress());
}

}  // namespace allot
