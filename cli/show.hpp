#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/filters.hpp"
#include "cli/json.hpp"
#include "cli/lists.hpp"
#include "cli/output/table.hpp"
#include "cli/root_selection.hpp"

namespace allot::cli {

void show_group(const AncestorPath& ancestors, Context& context);
void show_license(const AncestorPath& ancestors, const License& license, Context& context);
void show_user(const UserState& user, const Catalogue& catalogue, Context& context);

/// Visits the records of tsv of an entitlement, `item total group count`: one for each item and each group that gives.
using VisitRecord = std::function<void(std::vector<std::string> fields)>;
void for_each_record(const Entitlement& entitlement, const Catalogue& catalogue, const VisitRecord& visit);

/// Prints what users are entitled to on the shown day from their memberships at and below `roots`, by e-mail.
void show_entitlements(const RootSelection& roots, View& view, Context& context);

/// Prints for each membership of a user and each item what it gives, and why where that is nothing.
void show_user_why(const UserState& user, const std::vector<UserItem>& items, const Catalogue& catalogue,
                   Context& context);

/// Whether groups without children are counted in the row of their parent.
enum class FoldLeaves { no, yes };

/// Draws each group of `roots` and the groups up to `depth` levels below it as a tree, those that match and their
/// ancestors.
void print_trees(const RootSelection& roots, std::optional<std::size_t> depth, const Filters& filters, FoldLeaves fold,
                 Context& context);

/// Prints a `label   text` line of the table format, wrapped at the width of the terminal.
void print_field(Context& context, std::string_view label, const std::string& text);

/// Prints a line after `mark`, which has a width of one column, wrapped at the width of the terminal and escaped.
void print_line(Context& context, const std::string& mark, std::string_view text);

/// Prints a text of several lines without terminal control sequences.
void print_text(const std::string& text, std::ostream& out);

}  // namespace allot::cli
