#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/context.hpp"
#include "cli/subcommand.hpp"
#include "libcore/model/ancestor_path.hpp"
#include "libcore/model/in_force.hpp"

namespace allot::cli {

/// The filters of a list, as they were written; several are combined with AND. allot(1), Filters.
struct FilterOptions {
  std::optional<std::string> match;
  std::optional<std::string> kind;
  std::vector<std::string> labels;
  std::optional<std::string> restriction;
  bool suspended = false;
  std::optional<std::string> status;
  std::optional<std::string> expiring;
  std::optional<std::string> role;
  std::optional<std::string> near;
  bool blocked = false;
};

/// Add the filters of lists of groups, of `state -r`, of licences and of users.
void add_group_filters(const Subcommand& subcommand, FilterOptions& options);
void add_state_filters(const Subcommand& subcommand, FilterOptions& options);
void add_license_filters(const Subcommand& subcommand, FilterOptions& options);
void add_member_filters(const Subcommand& subcommand, FilterOptions& options);

/// The records of a list.
enum class Listed { groups, licenses, members };

/// Decides which records of a list are printed.
class Filters {
 public:
  /// Throws usage for an impossible value.
  Filters(const FilterOptions& options, Listed listed, Day day);

  bool is_empty() const { return is_empty_; }
  /// Whether only licences that end soon are listed.
  bool lists_expiring() const { return expiring_.has_value(); }

  /// Return whether the last group of `ancestors`, or its licence or membership, is printed.
  bool matches(const AncestorPath& ancestors) const;
  bool matches(const AncestorPath& ancestors, const License& license) const;
  bool matches(const AncestorPath& ancestors, const MembershipView& member) const;

 private:
  bool has_kind(const AncestorPath& ancestors) const;
  bool has_labels(const Labels& labels) const;
  bool is_near(const AncestorPath& ancestors) const;
  bool is_blocked(const AncestorPath& ancestors) const;
  bool is_expiring(const AncestorPath& ancestors, const License& license) const;

  Day day_;
  bool is_empty_ = true;
  std::optional<std::string> match_;  // in lower case
  std::optional<std::string> kind_;
  std::vector<std::pair<std::string, std::optional<std::string>>> labels_;  // without a value: any
  std::optional<Restriction> restriction_;
  bool suspended_ = false;
  std::optional<Status> status_;
  std::optional<std::int64_t> expiring_;
  std::optional<Role> role_;
  std::optional<std::int64_t> near_;
  bool blocked_ = false;
};

/// Visits the groups at and at most `depth` levels below `path` that match, each after its ancestors from `path` down,
/// in path order.
void walk_matches(View& view, const Path& path, std::optional<std::size_t> depth, const Filters& filters,
                  const View::VisitAncestors& visit);

/// Returns whether the whole of `text` matches a pattern of `*` (any characters, `/` included), `?` (one character) and
/// `[...]` (one of these characters or ranges, `[!...]` none of them), both UTF-8.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace allot::cli
