#include "libcore/edit/largest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "libcore/access/lookup.hpp"
#include "libcore/access/trial.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

/// A count that is to be the largest.
struct Largest {
  ResourceId id = 0;
  std::int64_t at_least = 0;
  bool is_none = false;  ///< only 0 can be accepted
};

/// The counts of one grant that are to be the largest.
class LargestCounts {
 public:
  LargestCounts(const GrantChange& specified, const Catalogue& catalogue, std::string path)
      : catalogue_(catalogue), path_(std::move(path)) {
    std::vector<Largest> unordered;
    for (const ResourceId id : catalogue.counted_by_name()) {
      for (const auto& [name, change] : specified.counts) {
        if (change.kind == CountChange::Kind::largest && name == catalogue.counted()[id].name) {
          unordered.push_back({id, change.number});
        }
      }
    }
    while (!unordered.empty()) {
      const auto next = std::find_if(unordered.begin(), unordered.end(), [&](const Largest& each) {
        const auto required = catalogue.counted()[each.id].requires_id;
        return !required || std::none_of(unordered.begin(), unordered.end(),
                                         [&](const Largest& other) { return other.id == *required; });
      });
      counts_.push_back(*next);
      unordered.erase(next);
    }
  }

  bool is_empty() const { return counts_.empty(); }

  /// Sets each count to 1: what is asked about is whether there can be any.
  void set_to_one(Grant& grant) const {
    for (const Largest& each : counts_) grant.counts.set(each.id, 1);
  }

  /// Sets each count to what `bounds` and the rule about required resources allow; without a limit, to the largest
  /// number.
  void set_within(const Bounds& bounds, Grant& grant) const {
    for (const Largest& each : counts_) {
      const CountedResource& resource = catalogue_.counted()[each.id];
      std::int64_t most = bounds[each.id].value_or(kLargestCount);
      if (resource.requires_id) most = std::min<std::int64_t>(most, grant.counts[*resource.requires_id]);
      set(grant, each.id, each.is_none ? 0 : most);
    }
  }

  /// Throws not_found if there is a count that nothing limits.
  void require_limits(const Bounds& bounds) const {
    for (const Largest& each : counts_) {
      const CountedResource& resource = catalogue_.counted()[each.id];
      if (each.is_none || bounds[each.id] || resource.requires_id) continue;
      throw Error::not_found(fmt::format("nothing limits {} in {}", resource.name, path_),
                             "write a number in place of max");
    }
  }

  /// Marks the counts of which `violations` say that they cannot be above zero, unless another count requires them;
  /// returns whether there are any.
  bool exclude(const Violations& violations, const Grant& grant) {
    bool has_more = false;
    for (Largest& each : counts_) {
      if (grant.counts[each.id] == 0 || !has(violations, each.id) || is_required(each.id, grant)) continue;
      each.is_none = true;
      has_more = true;
    }
    return has_more;
  }

  /// Marks the counts that cannot be 0 either as usual again, so that the reason for the refusal is that of the bound.
  void restore(const Violations& violations) {
    for (Largest& each : counts_) {
      if (has(violations, each.id)) each.is_none = false;
    }
  }

  /// Raises counts that are lower than what suffices to that, which is refused.
  void insist(Grant& grant) const {
    for (const Largest& each : counts_) {
      if (grant.counts[each.id] < each.at_least) set(grant, each.id, each.at_least);
    }
  }

  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Largest& each : counts_) visit(each.id);
  }

 private:
  static void set(Grant& grant, ResourceId id, std::int64_t count) {
    grant.counts.set(id, static_cast<std::int32_t>(std::min(count, kLargestCount)));
  }

  bool has(const Violations& violations, ResourceId id) const {
    const std::string& name = catalogue_.counted()[id].name;
    return std::any_of(violations.listed().begin(), violations.listed().end(),
                       [&](const Violation& each) { return each.item == name; });
  }

  bool is_required(ResourceId required, const Grant& grant) const {
    for (ResourceId id = 0; id < grant.counts.end(); ++id) {
      const bool is_chosen =
          std::any_of(counts_.begin(), counts_.end(), [&](const Largest& each) { return each.id == id; });
      if (!is_chosen && grant.counts[id] > 0 && catalogue_.counted()[id].requires_id == required) return true;
    }
    return false;
  }

  const Catalogue& catalogue_;
  std::string path_;
  std::vector<Largest> counts_;  // required resources first, then by name
};

std::vector<License> with(std::vector<License> others, const License& license) {
  others.push_back(license);
  return others;
}

}  // namespace

// A count that the groups above accept can be refused by what the group itself and the groups below it need: by a
// minimum, or because the licence adds days or a period to what is checked. Then no lower count is accepted, except 0.
void set_largest(Write& write, const AncestorPath& ancestors, const GroupTraits& traits,
                 const std::vector<License>& others, const GrantChange& specified, License& license) {
  LargestCounts counts{specified, write.catalogue(), ancestors.path()};
  if (counts.is_empty() || license.grant.period.is_empty()) return;
  counts.set_to_one(license.grant);
  const Bounds bounds = find_license_bounds(ancestors, traits, with(others, license), license, write.today());
  LicenseTrial trial{write.rows(), ancestors, traits, write.today()};
  const auto find_violations = [&] {
    counts.set_within(bounds, license.grant);
    ViolationReport violation_report{write.catalogue()};
    trial.check(with(others, license), violation_report);
    return violation_report.violations();
  };
  Violations violations = find_violations();
  while (counts.exclude(violations, license.grant)) violations = find_violations();
  counts.restore(violations);
  counts.require_limits(bounds);
  counts.set_within(bounds, license.grant);
  counts.insist(license.grant);
}

void set_largest(Write& write, const AncestorPath& ancestors, const Membership* before, const GrantChange& specified,
                 Membership& member) {
  const LargestCounts counts{specified, write.catalogue(), ancestors.path()};
  if (counts.is_empty() || member.grant.period.is_empty()) return;
  counts.set_to_one(member.grant);
  const Grant* const old_grant = before == nullptr ? nullptr : &before->grant;
  const Bounds bounds = find_member_bounds(ancestors, old_grant, member.grant, write.today());
  counts.require_limits(bounds);
  counts.set_within(bounds, member.grant);
  counts.insist(member.grant);
}

void report_largest(Write& write, What what, const std::string& path, const std::string& name,
                    const GrantChange& specified, const Grant& grant) {
  LargestCounts{specified, write.catalogue(), path}.for_each([&](ResourceId id) {
    write.report_granted({what, path, name, write.catalogue().counted()[id].name, grant.counts[id]});
  });
}

}  // namespace allot
