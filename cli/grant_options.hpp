#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/subcommand.hpp"
#include "libcore/edit/write.hpp"

namespace allot::cli {

/// The words of GRANT as they were written; allot(1), Grants.
struct GrantOptions {
  std::optional<std::string> sip;
  std::optional<std::string> mobile;
  std::vector<std::string> counts;
  std::vector<std::string> features;
  std::vector<std::string> dropped_features;
  std::optional<std::string> from;
  std::optional<std::string> until;
};

/// Whether a grant is made new or an existing one is changed, which can also drop features and open ends.
enum class GrantKind { fresh, change };

/// The words that other options can contradict.
struct GrantWords {
  Word feature;
  std::optional<Word> no_feature;
};

GrantWords add_grant_options(const Subcommand& subcommand, GrantOptions& options, GrantKind kind);

/// What the words mean; throws usage for a malformed or contradicting one.
GrantChange read_grant(const GrantOptions& options, GrantKind kind);

/// Whether a count or a feature is named.
bool names_contents(const GrantOptions& options);

}  // namespace allot::cli
