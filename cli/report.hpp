#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace allot::cli {

/// Prints an error on standard error: one line, the details and a hint, or one JSON object.
void print_error(const Error& error, bool as_json, Streams& streams);

/// Prints the changes of a write, or of a dry run, in the context's format.
void print_outcome(const Outcome& outcome, Context& context);

/// Prints what a write blocks and no longer blocks, a line each.
void print_effects(const Outcome& outcome, Context& context);

/// `group /north: kind dealer -> site`: a change in one line.
std::string describe_change(const Change& change, const Catalogue& catalogue);

/// `+`, `~` or `-`, and the colour of the sign.
std::string mark_of(Op op, const TerminalCapabilities& capabilities);

/// `sip 4, mobile 3`: the counts above zero, in the order of the catalogue; `nothing` if all are zero.
std::string describe_counts(const Counts& counts, const Catalogue& catalogue);

/// `yes` or `no`.
std::string yes_no(bool value);

/// The names of a group's licences.
std::string join_license_names(const PathNode& group, const char* separator);

/// `ukey2, face-id`.
std::string describe_features(const Features& features, const Catalogue& catalogue);

/// `contract=K-77, floor=2`
std::string describe_labels(const Labels& labels);

}  // namespace allot::cli
