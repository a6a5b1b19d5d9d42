#include "libcore/edit/grant_change.hpp"

#include "libcore/access/lookup.hpp"

namespace allot {

void apply(const GrantChange& specified, const Catalogue& catalogue, Grant& grant) {
  for (const auto& [name, count] : specified.counts) grant.counts.set(get_counted(catalogue, name), count);
  for (const std::string& name : specified.added_features) grant.features.add(get_feature(catalogue, name));
  for (const std::string& name : specified.dropped_features) grant.features.remove(get_feature(catalogue, name));
  if (specified.from) grant.period.from = *specified.from;
  if (specified.until) grant.period.until = *specified.until;
}

}  // namespace allot
