#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/engine/write.hpp"

namespace allot {
namespace {

/// The reminder that the group at `path` has after what a command says of it; throws not_found where a part of one is
/// said and there is none.
std::optional<Reminder> apply_reminder(const GroupPatch& said, const std::optional<Reminder>& before,
                                       const Path& path) {
  if (said.drops_reminder) return std::nullopt;
  const bool says_nothing = !said.remind_before && !said.remind_repeat && !said.remind_users;
  if (says_nothing) return before;
  if (!before && (!said.remind_before || !said.remind_repeat)) {
    throw Error::not_found(fmt::format("the group {} has no reminder", quote(path.to_string())),
                           "give it one with both --remind-before DAYS and --remind-repeat REPEAT");
  }
  Reminder reminder = before.value_or(Reminder{});
  if (said.remind_before) reminder.before = *said.remind_before;
  if (said.remind_repeat) reminder.repeat = *said.remind_repeat;
  if (said.remind_users) reminder.users = true;
  return reminder;
}

GroupTraits apply(const GroupPatch& said, const GroupTraits& before, const Path& path) {
  GroupTraits traits = before;
  if (said.kind) traits.kind = *said.kind;
  if (said.restriction) traits.restriction = *said.restriction;
  if (said.suspended) traits.suspended = *said.suspended;
  traits.reminder = apply_reminder(said, before.reminder, path);
  return traits;
}

void refuse_root(const Path& path, std::string_view verb) {
  if (path.is_root()) throw Error::usage(fmt::format("/ cannot be {}", verb));
}

Error group_exists(const Path& path) {
  return Error::exists(fmt::format("the group {} exists already", quote(path.to_string())));
}

/// The change of the last group of `chain`, which hangs where it hung.
Change update_of(const Chain& chain, GroupState before, GroupState after) {
  before.parent = chain.size() > 1 ? chain[chain.size() - 2].id : 0;
  after.parent = before.parent;
  const std::string path = before.path;
  return {Op::update, What::group, path, {}, std::move(before), std::move(after)};
}

}  // namespace

void Write::add_group(const Path& path, const GroupPatch& said, Parents parents, IfExists if_exists) {
  Path above = path.parent();
  std::vector<std::string> missing;
  if (parents == Parents::create) {
    GroupId id = kRootGroup;
    Path known;
    for (const std::string& name : above.names()) {
      const auto group = missing.empty() ? store().find_group(id, name) : std::nullopt;
      if (group) {
        id = group->id;
        known = known.child(name);
      } else {
        missing.push_back(name);
      }
    }
    above = known;
  }
  auto found = sight_.find_chain(above);
  if (!found) throw sight_.no_such_group(path.parent());  // the same however much of it exists
  Chain& chain = *found;
  const Permit permit = sight_.permit(chain, Right::inside);
  const bool exists = path.is_root() || (missing.empty() && store().find_group(chain.back().id, path.name()));
  if (exists) {
    if (if_exists == IfExists::fail) throw group_exists(path);
    keep(What::group);
    return;
  }
  const GroupTraits traits = apply(said, GroupTraits{}, path);
  missing.push_back(path.name());
  Path place = above;
  for (const std::string& name : missing) {
    const GroupTraits& given = place.depth() + 1 == path.depth() ? traits : GroupTraits{};
    chain.count_children(1);
    save_figures(chain.back());
    count_ceilings(chain, chain.size() - 1, pass_ceilings(given.restriction, 0));
    Link link;
    link.id = store().insert_group(chain.back().id, name, given);
    link.name = name;
    link.traits = given;
    chain.push(std::move(link));
    place = place.child(name);
    const GroupId parent = chain[chain.size() - 2].id;
    record(permit, Op::create, What::group, parent, [&] {
      return Change{Op::create, What::group, place.to_string(), {}, {}, GroupState{place.to_string(), given, parent}};
    });
  }
}

void Write::set_group(const Path& path, const GroupPatch& said) {
  if (path.is_root() && said.restriction == Restriction::shared) {
    throw Error::usage("/ cannot be shared: it has nothing above it to share",
                       "make it reserved, or none for unlimited");
  }
  Chain chain = chain_to(path);
  const GroupTraits before = chain.back().traits;
  const GroupTraits after = apply(said, before, path);
  const bool reminds_only = !said.kind && !said.restriction && !said.suspended;
  const Permit permit = sight_.permit(chain, reminds_only ? Right::inside : Right::group);
  if (after == before) {
    keep(What::group);
    return;
  }
  store().update_group(chain.back().id, after);
  record(permit, Op::update, What::group, chain.back().id, [&] {
    return update_of(chain, GroupState{path.to_string(), before}, GroupState{path.to_string(), after});
  });
  if (after.restriction == before.restriction) return;
  if (before.restriction == Restriction::none) note_kept_licenses(chain, after.restriction);
  const std::int64_t ceilings = chain.back().ceilings;
  if (!path.is_root()) {
    count_ceilings(chain, chain.size() - 2,
                   pass_ceilings(after.restriction, ceilings) - pass_ceilings(before.restriction, ceilings));
  }
  Verdict verdict{catalogue()};
  Allowance allowance{today()};
  judge_subtree(path, chain.above(), chain.back().taken(), allowance, verdict);
  verdict.enforce();
}

void Write::note_kept_licenses(const Chain& chain, Restriction restriction) {
  if (restriction == Restriction::none || chain.back().licenses.empty()) return;
  std::vector<std::string> names;
  for (const License& license : chain.back().licenses) names.push_back(license.name);
  note(fmt::format("kept licenses of {} come into force: {}", chain.path(), fmt::join(names, ", ")));
}

void Write::move_group(const Path& path, const Path& new_parent) {
  refuse_root(path, "moved");
  if (path.contains(new_parent)) {
    throw Error::usage(
        fmt::format("{} cannot be moved to {}: that is itself or below it", path.to_string(), new_parent.to_string()));
  }
  const Chain chain = chain_to(path);
  const Chain parent = chain_to(new_parent);
  const Permit permit = sight_.permit(chain, Right::group);
  sight_.permit(parent, Right::inside);
  const GroupId target = parent.back().id;
  const Path place = new_parent.child(path.name());
  if (store().find_group(target, path.name())) throw group_exists(place);
  const GroupId id = chain.back().id;
  if (place.depth() + load_tree(store(), id, report_).depth() > Path::kMostNames) {
    throw Error::in_use(fmt::format("{} cannot be moved to {}: a path below it would have more than {} names",
                                    path.to_string(), new_parent.to_string(), Path::kMostNames));
  }
  Verdict verdict{catalogue()};
  Allowance allowance{today()};
  Tally nothing;
  Tally given_back;
  given_back.add(chain.back().taken(), -1);
  Chain old_above = chain.above();
  old_above.count_children(-1);
  save_figures(old_above.back());
  const std::int64_t ceilings = pass_ceilings(chain.back().traits.restriction, chain.back().ceilings);
  count_ceilings(old_above, old_above.size() - 1, -ceilings);
  Verdict unchecked{catalogue()};  // giving back breaks no rule
  allot(old_above, old_above.size() - 1, given_back, allowance, unchecked);
  store().move_group(id, target);
  Chain new_above = chain_to(new_parent);
  new_above.count_children(1);
  save_figures(new_above.back());
  count_ceilings(new_above, new_above.size() - 1, ceilings);
  judge_subtree(place, std::move(new_above), nothing, allowance, verdict);
  verdict.enforce();
  record(permit, Op::update, What::group, id, [&] {
    const GroupTraits& traits = chain.back().traits;
    Change change = update_of(chain, GroupState{path.to_string(), traits}, GroupState{place.to_string(), traits});
    std::get<GroupState>(change.after).parent = target;
    return change;
  });
}

void Write::rename_group(const Path& path, const std::string& name) {
  refuse_root(path, "renamed");
  const Chain chain = chain_to(path);
  const Permit permit = sight_.permit(chain, Right::group);
  const Path place = path.parent().child(name);
  if (store().find_group(chain[chain.size() - 2].id, name)) throw group_exists(place);
  store().rename_group(chain.back().id, name);
  record(permit, Op::update, What::group, chain.back().id, [&] {
    const GroupTraits& traits = chain.back().traits;
    return update_of(chain, GroupState{path.to_string(), traits}, GroupState{place.to_string(), traits});
  });
}

void Write::remove_group(const Path& path, Recursive recursive) {
  refuse_root(path, "removed");
  const Chain chain = chain_to(path);
  const Permit permit = sight_.permit(chain, Right::group);
  const Link& group = chain.back();
  const bool is_empty = group.children == 0 && group.members == 0 && group.licenses.empty();
  if (!is_empty && recursive == Recursive::no) {
    throw Error::not_empty(fmt::format("the group {} is not empty: it has {}, {} and {}", quote(path.to_string()),
                                       count_of(static_cast<std::size_t>(group.children), "child group"),
                                       count_of(static_cast<std::size_t>(group.members), "user"),
                                       count_of(group.licenses.size(), "license")),
                           "remove it with everything in it and below it with -r");
  }
  const Tree tree = load_tree(store(), group.id, report_);
  const auto parent_of = [&](Tree::Row row) {
    return row == 0 ? chain[chain.size() - 2].id : tree.groups()[tree.groups()[row].parent].id;
  };
  for (Tree::Row row = 0; row < tree.licenses().size(); ++row) {
    record(permit, Op::remove, What::license, tree.groups()[tree.licenses()[row].group].id, [&] {
      const License license = tree.license_at(row);
      return Change{Op::remove,   What::license, tree.path_of(tree.licenses()[row].group, path.to_string()),
                    license.name, license,       {}};
    });
  }
  for (Tree::Row row = 0; row < tree.members().size(); ++row) {
    record(permit, Op::remove, What::membership, tree.groups()[tree.members()[row].group].id, [&] {
      const Membership member = tree.membership_at(row);
      return Change{Op::remove,   What::membership, tree.path_of(tree.members()[row].group, path.to_string()),
                    member.email, member,           {}};
    });
  }
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    record(permit, Op::remove, What::group, tree.groups()[row].id, [&] {
      const std::string place = tree.path_of(row, path.to_string());
      return Change{Op::remove, What::group, place, {}, GroupState{place, tree.groups()[row].traits, parent_of(row)},
                    {}};
    });
  }
  Tally given_back;
  given_back.add(group.taken(), -1);
  Chain above = chain.above();
  above.count_children(-1);
  save_figures(above.back());
  count_ceilings(above, above.size() - 1, -pass_ceilings(group.traits.restriction, group.ceilings));
  Allowance allowance{today()};
  Verdict unchecked{catalogue()};  // giving back breaks no rule
  allot(above, above.size() - 1, given_back, allowance, unchecked);
  store().remove_groups(group.id, report_);
}

}  // namespace allot
