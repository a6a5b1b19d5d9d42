#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/subcommand.hpp"
#include "libcore/edit/grant_change.hpp"

namespace allot::cli {

/// The options of GRANT as written; allot(1), Grants.
struct GrantOptions {
  std::optional<std::string> sip;
  std::optional<std::string> mobile;
  std::vector<std::string> counts;
  std::vector<std::string> at_least;
  std::vector<std::string> features;
  std::vector<std::string> dropped_features;
  std::optional<std::string> from;
  std::optional<std::string> until;
};

/// Whether a grant is that of a new store, is created or is changed. The latter two can be as large as is accepted; a
/// change can also remove features, open ends and name the difference of a count.
enum class GrantKind { initial, fresh, change };

/// The options that other options can exclude.
struct GrantWords {
  Word feature;
  std::optional<Word> no_feature;
};

/// Adds the options that name counts.
void add_count_options(const Subcommand& subcommand, GrantOptions& options);

GrantWords add_grant_options(const Subcommand& subcommand, GrantOptions& options, GrantKind kind);

/// Parses the options; throws usage for a malformed or contradicting option.
GrantChange read_grant(const GrantOptions& options, GrantKind kind);

/// Parses the options that name counts, each a plain number above zero; throws usage if there is none.
std::vector<std::pair<std::string, std::int64_t>> read_amounts(const GrantOptions& options);

/// Parses NAME=N of the option `option`; throws usage unless N is a number from 1.
std::pair<std::string, std::int64_t> parse_amount(const std::string& word, std::string_view option);

/// Whether the options contain a count or a feature.
bool names_contents(const GrantOptions& options);

}  // namespace allot::cli
