#include "libcore/edit/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/figures_update.hpp"
#include "libcore/edit/grant_change.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot {
namespace {

/// One side of a transfer: a licence, and what its counts are changed by.
struct Side {
  GroupId group = 0;
  std::string path;
  License before;
  GrantChange change;
  Authorization authorization;
};

License find_license(const AncestorPath& ancestors, const std::string& name) {
  const std::vector<License>& licenses = ancestors.back().licenses;
  const auto found =
      std::find_if(licenses.begin(), licenses.end(), [&](const License& each) { return each.name == name; });
  if (found == licenses.end()) throw no_such_license(ancestors, name);
  return *found;
}

GrantChange change_by(const std::vector<std::pair<std::string, std::int64_t>>& amounts, int factor) {
  GrantChange change;
  for (const auto& [name, amount] : amounts) {
    change.counts.emplace_back(name, CountChange{factor * amount, CountChange::Kind::difference});
  }
  return change;
}

}  // namespace

void require_different(const LicensePlace& from, const LicensePlace& to) {
  if (from != to) return;
  throw Error::usage(
      fmt::format("FROM and TO are the same license: {}", describe_license(from.path.to_string(), from.name)),
      "name two licenses, of one group or of two");
}

void transfer_counts(Write& write, const LicensePlace& from, const LicensePlace& to,
                     const std::vector<std::pair<std::string, std::int64_t>>& amounts) {
  const AncestorPath source = write.ancestors_of(from.path);
  const License lowered = find_license(source, from.name);
  const AncestorPath target = write.ancestors_of(to.path);
  const License raised = find_license(target, to.name);
  for (const auto& [name, amount] : amounts) get_counted(write.catalogue(), name);
  const Side sides[] = {{source.back().id, source.path(), lowered, change_by(amounts, -1),
                         write.authorizer().authorize(source, Permission::group)},
                        {target.back().id, target.path(), raised, change_by(amounts, 1),
                         write.authorizer().authorize(target, Permission::group)}};
  ViolationReport violation_report{write.catalogue()};
  for (const Side& side : sides) {
    check_countable(side.change, write.catalogue(), side.before.grant, side.path,
                    describe_license(side.path, side.before.name), violation_report.violations());
  }
  violation_report.enforce();
  FiguresUpdate figures{write, write.changes().revision()};
  for (const Side& side : sides) {
    figures.add_changed(side.group);
    figures.add_license(side.group, side.before.name);
  }
  for (const Side& side : sides) {
    License after = side.before;
    apply(side.change, write.catalogue(), after.grant);
    write.changes().update_license(side.authorization, side.group, side.before.grant, after, [&] {
      return Change{Op::update, What::license, side.path, after.name, side.before, after};
    });
  }
  figures.run();
}

}  // namespace allot
