#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/listing.hpp"
#include "libcore/model/ancestor_path.hpp"
#include "libcore/model/holdings.hpp"

namespace allot::cli {

/// Whether a list is of a group alone or also of the groups below it.
enum class Depth : std::uint8_t { group, subtree };

/// Prints groups, one per record, in the context's format. Call `finish` after the last.
class GroupList {
 public:
  GroupList(Context& context, const Catalogue& catalogue, const ListOptions& options = {});
  /// Adds the last group of `ancestors`.
  void add(const AncestorPath& ancestors);
  bool is_empty() const { return listing_.is_empty(); }
  void finish() { listing_.finish("no group"); }

 private:
  Context& context_;
  Listing listing_;
};

/// Prints the state of groups with the selected columns, one group per record.
class StateList {
 public:
  StateList(Context& context, const Catalogue& catalogue, const ListOptions& options);
  /// Adds the last group of `ancestors`; see `value_of_state` for `holdings`.
  void add(const AncestorPath& ancestors, const std::vector<Holding>* holdings);
  bool is_empty() const { return listing_.is_empty(); }
  void finish() { listing_.finish("no group"); }

 private:
  Context& context_;
  Listing listing_;
};

/// Prints licences, one per record.
class LicenseList {
 public:
  LicenseList(Context& context, const Catalogue& catalogue, const ListOptions& options = {});
  /// Adds a licence of the last group of `ancestors`.
  void add(const AncestorPath& ancestors, const License& license);
  bool is_empty() const { return listing_.is_empty(); }
  void finish(Depth depth = Depth::subtree);

 private:
  Context& context_;
  Listing listing_;
};

/// Prints memberships, one per record.
class MemberList {
 public:
  MemberList(Context& context, const Catalogue& catalogue, const ListOptions& options = {});
  void add(const std::string& group, const MembershipView& membership);
  bool is_empty() const { return listing_.is_empty(); }
  void finish(Depth depth = Depth::subtree);

 private:
  Context& context_;
  const Catalogue& catalogue_;
  Listing listing_;
};

/// The fields of a record of tsv for a group, a licence and a membership; allot(1).
std::string tsv_counts(const Counts& counts, const Catalogue& catalogue);
std::string tsv_features(const Features& features, const Catalogue& catalogue);

/// The fields of the state of groups.
std::vector<Field> state_fields(const Catalogue& catalogue);

/// The fields of the list that a command such as `user list` prints; none if it prints no list.
std::vector<Field> fields_of_list(std::string_view command, const Catalogue& catalogue);

/// Returns whether `options` name a field of what users hold and what is idle.
bool need_holdings(const ListOptions& options);

/// The value of a field of the state of a group on `day`. `holdings` has one element for each counted resource; it may
/// be null if no field needs it.
FieldValue value_of_state(const AncestorPath& ancestors, const std::vector<Holding>* holdings, const std::string& key,
                          Day day);

/// The value of a field of a licence.
FieldValue value_of_license(const AncestorPath& ancestors, const License& license, const std::string& key, Day day);

/// The style of a status.
Style style_of(Status status);

/// `2026-01-01`, empty for an open end.
std::string tsv_day(Day day);

}  // namespace allot::cli
