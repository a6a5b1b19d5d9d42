#include "libcore/edit/removal_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

std::string count_of(std::int64_t count, std::string_view noun) {
  return allot::count_of(static_cast<std::size_t>(count), noun);
}

}  // namespace

std::optional<RemovalLimit> parse_removal_limit(std::string_view text) {
  constexpr std::int64_t kWhole = 100;
  if (!text.ends_with('%')) {
    const auto number = parse_number(text);
    if (!number) return std::nullopt;
    return RemovalLimit{*number, RemovalLimit::Unit::items};
  }
  const auto percent = parse_number(text.substr(0, text.size() - 1), kWhole);
  if (!percent) return std::nullopt;
  return RemovalLimit{*percent, RemovalLimit::Unit::percent};
}

void require_few_removals(const std::optional<RemovalLimit>& limit, const Counters& removed,
                          const std::function<std::int64_t()>& count) {
  constexpr std::int64_t kWhole = 100;
  const std::int64_t total = removed.groups + removed.licenses + removed.memberships;
  if (!limit || total == 0) return;
  std::string ceiling;
  if (limit->unit == RemovalLimit::Unit::items) {
    if (total <= limit->most) return;
    ceiling = fmt::format("at most {} may be", limit->most);
  } else {
    if (limit->most == kWhole) return;
    const std::int64_t all = count();
    if (total * kWhole <= all * limit->most) return;
    ceiling = fmt::format("at most {}% of {} may be", limit->most, count_of(all, "item"));
  }
  throw Error::too_many_removals(
      fmt::format("{}, {} and {} would be removed; {}", count_of(removed.groups, "group"),
                  count_of(removed.licenses, "license"), count_of(removed.memberships, "membership"), ceiling),
      "if that is what you want, raise --max-removals; 100% lifts it",
      {removed.groups, removed.licenses, removed.memberships});
}

std::int64_t count_items(const Tree& tree) {
  return static_cast<std::int64_t>(tree.groups().size() + tree.licenses().size() + tree.members().size());
}

std::int64_t count_visible_items(Snapshot& rows, const Scope& scope) {
  if (scope.access_in(kRootGroup, AccessLevel::none) != AccessLevel::none) {
    const StoreSize size = rows.size();
    return size.groups + size.licenses + size.memberships;
  }
  std::int64_t count = 0;
  for (const auto& [group, access] : scope.entries()) {
    if (!rows.find_group(group)) continue;
    const std::vector<GroupId> ids = ancestor_ids(rows, group);
    const bool is_below_another = std::any_of(ids.begin(), ids.end() - 1, [&](GroupId id) {
      return scope.access_in(id, AccessLevel::none) != AccessLevel::none;
    });
    if (!is_below_another) count += count_items(load_tree(rows, group));
  }
  return count;
}

}  // namespace allot
