#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/table.hpp"
#include "cli/root_selection.hpp"

namespace allot::cli {

/// Prints groups, one per record, in the context's format. Call `finish` after the last.
class GroupList {
 public:
  explicit GroupList(Context& context);
  /// Adds the last group of `ancestors`.
  void add(const AncestorPath& ancestors);
  void finish();

 private:
  Context& context_;
  std::optional<JsonArray> json_;
  Table table_;
};

/// Prints licences, one per record.
class LicenseList {
 public:
  /// Whether the table has a column for the last day in force, which differs from an open end of the licence.
  enum class Ends { hidden, shown };

  explicit LicenseList(Context& context, Ends ends = Ends::hidden);
  /// Adds a licence of the last group of `ancestors`.
  void add(const AncestorPath& ancestors, const License& license);
  void finish();

 private:
  Context& context_;
  Ends ends_;
  std::optional<JsonArray> json_;
  Table table_;
};

/// Prints memberships, one per record.
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

/// Prints for each membership of a user and each item what it gives, and why where that is nothing.
void show_user_why(const UserState& user, const std::vector<UserItem>& items, const Catalogue& catalogue,
                   Context& context);

/// Draws each group of `roots` and the groups up to `depth` levels below it as a tree.
void print_trees(const RootSelection& roots, std::optional<std::size_t> depth, Context& context);

/// Prints a `label   text` line of the table format.
void print_field(Context& context, std::string_view label, const std::string& text);

/// Prints a text of several lines without terminal control sequences.
void print_text(const std::string& text, std::ostream& out);

/// The style of a status.
Style style_of(Status status);

/// `2026-01-01`, empty for an open end.
std::string tsv_day(Day day);

}  // namespace allot::cli
