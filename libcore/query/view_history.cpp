#include <fmt/format.h>

#include "libcore/base/moment.hpp"
#include "libcore/query/view.hpp"

namespace allot {

void View::show_moment(std::int64_t moment) {
  std::optional<std::int64_t> found;
  store().for_each_entry([&](StoredEntry&& entry) {
    if (entry.time <= moment) found = entry.revision;
    return !found;
  });
  if (!found) {
    const std::int64_t pruned = store().pruned_revision();
    throw Error::not_found(fmt::format("the log does not reach back to {}", write_moment(moment)),
                           pruned == 0 ? std::string{"`allot log` shows when it begins"}
                                       : fmt::format("the first revision that is kept is {}", pruned + 1));
  }
  past_ = store().rows_as_of(*found);
  authorizer_ = Authorizer{*past_, engine_.today(), engine_.actor(), authorizer_.scope()};
}

void View::show_revision(std::int64_t revision) {
  Log log{store(), authorizer_};
  if (!log.sees(revision)) throw log.no_such_entry(revision);
  past_ = store().rows_as_of(revision);
  authorizer_ = Authorizer{*past_, engine_.today(), engine_.actor(), authorizer_.scope()};
}

}  // namespace allot
