#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/access/trial.hpp"
#include "libcore/query/rebalance.hpp"

namespace allot {

/// Returns whether `a` ends after `b`, or on the same day with a name that comes first.
bool ends_later(const License& a, const License& b);

/// How much a restricted group, and the groups above it on which it draws, lack to provide more of a resource to a
/// group below it.
class Shortage {
 public:
  /// `lacking` more are to be provided on each day of `period` by the group at `source` of `ancestors`.
  Shortage(AncestorPath ancestors, std::size_t source, ResourceId id, std::int64_t lacking, const Period& period,
           Day today);

  /// Returns what is lacking on the checked days of `within`: 0 or less if there is enough; then its negative is left.
  std::int64_t in(const Period& within) const;

  /// Adds `amount` to the usage of these groups on each day of `within`.
  void use(const Period& within, std::int64_t amount);

  /// Returns the limits that are too low: the licence that `by` describes asks for `requested` and would get
  /// `accepted`.
  ViolationReport find_violations(const std::string& by, std::int64_t requested, std::int64_t accepted) const;

  /// Adds the usage that was added here to `ancestors`.
  void apply(AncestorPath& ancestors) const;

  const Period& period() const { return period_; }

 private:
  AncestorPath ancestors_;
  std::size_t source_;
  ResourceId id_;
  std::int64_t lacking_;
  Period period_;
  Day today_;
  Usage used_;
};

/// A reserved group whose limit is lowered for the benefit of another one.
class Donor {
 public:
  /// `unused` is what is unused of `id` in the last group of `ancestors` on every checked day.
  Donor(Snapshot& rows, const AncestorPath& ancestors, ResourceId id, std::int64_t unused, Day today);

  /// Lowers its licences, those that end last first, by as much as is lacking, is unused and is accepted.
  void lower(Shortage& shortage);

  /// Raises its licences again as far as nothing is lacking.
  void restore(Shortage& shortage);

  /// Adds the changes of its licences.
  void add_steps(std::vector<CountStep>& steps) const;

 private:
  std::int64_t count(std::size_t license) const { return licenses_[license].grant.counts[id_]; }
  void set(std::size_t license, std::int64_t count);
  bool accepts(std::size_t license, std::int64_t count);
  std::int64_t find_least(std::size_t license, std::int64_t least);
  std::int64_t find_lowered(const Period& within) const;
  void change(std::size_t license, std::int64_t count, Shortage& shortage);

  std::string path_;
  ResourceId id_;
  std::int64_t unused_;
  Day today_;
  std::vector<License> before_;
  std::vector<License> licenses_;
  std::vector<std::size_t> order_;  // of the licences that can be lowered
  const Catalogue* catalogue_;
  LicenseTrial trial_;
};

}  // namespace allot
