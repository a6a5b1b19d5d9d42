#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/table.hpp"
#include "cli/root_selection.hpp"

namespace allot::cli {

/// Prints groups, one a record, in the context's format; `finish` after the last.
class GroupList {
 public:
  explicit GroupList(Context& context);
  /// Adds the last group of `chain`.
  void add(const AncestorPath& ancestors);
  void finish();

 private:
  Context& context_;
  std::optional<JsonArray> json_;
  Table table_;
};

/// Prints licences, one a record.
class LicenseList {
 public:
  /// Whether the table has a column for the last day in force, which differs from the licence's own where that is open.
  enum class Ends { hidden, shown };

  explicit LicenseList(Context& context, Ends ends = Ends::hidden);
  /// Adds a licence of the last group of `chain`.
  void add(const AncestorPath& ancestors, const License& license);
  void finish();

 private:
  Context& context_;
  Ends ends_;
  std::optional<JsonArray> json_;
  Table table_;
};

/// Prints memberships, one a record.
class MemberList {
 public:
  explicit MemberList(Context& context);
  void add(const std::string& group, const MembershipView& membership, const Catalogue& catalogue);
  void finish();

 private:
  Context& context_;
  std::optional<JsonArray> json_;
  Table table_;
};

void show_group(const AncestorPath& ancestors, Context& context);
void show_license(const AncestorPath& ancestors, const License& license, Context& context);
void show_user(const UserState& user, const Catalogue& catalogue, Context& context);

/// Draws each of `tops` and the groups up to `depth` levels below it as a tree.
void print_trees(const RootSelection& roots, std::optional<std::size_t> depth, Context& context);

/// Prints one `label   text` line for people.
void print_field(Context& context, std::string_view label, const std::string& text);

/// Prints a text of several lines without what a terminal could take for an order.
void print_text(const std::string& text, std::ostream& out);

/// The style that a status is shown in.
Style style_of(Status status);

/// `2026-01-01`, empty for an open end.
std::string tsv_day(Day day);

}  // namespace allot::cli
