#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/subcommand.hpp"
#include "libcore/edit/grant_change.hpp"

namespace allot::cli {

/// The options of GRANT as written; allot(1), Grants.
struct GrantOptions {
  std::optional<std::string> sip;
  std::optional<std::string> mobile;
  std::vector<std::string> counts;
  std::vector<std::string> features;
  std::vector<std::string> dropped_features;
  std::optional<std::string> from;
  std::optional<std::string> until;
};

/// Whether a grant is created or changed. A change can also remove features and open ends.
enum class GrantKind { fresh, change };

/// The options that other options can exclude.
struct GrantWords {
  Word feature;
  std::optional<Word> no_feature;
};

GrantWords add_grant_options(const Subcommand& subcommand, GrantOptions& options, GrantKind kind);

/// Parses the options; throws usage for a malformed or contradicting option.
GrantChange read_grant(const GrantOptions& options, GrantKind kind);

/// Whether the options contain a count or a feature.
bool names_contents(const GrantOptions& options);

}  // namespace allot::cli
