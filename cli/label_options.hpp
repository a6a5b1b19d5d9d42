#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/subcommand.hpp"
#include "libcore/edit/label_change.hpp"

namespace allot::cli {

/// The options for labels as written; allot(1), Labels.
struct LabelOptions {
  std::vector<std::string> set;
  std::vector<std::string> removed;
};

/// Add `--label` for a new item, and also `--no-label` for an existing one.
void add_label_option(const Subcommand& subcommand, LabelOptions& options);
void add_label_options(const Subcommand& subcommand, LabelOptions& options);

/// Parses the options; throws usage for a malformed or contradicting option, and for more than `Labels::kMost`.
LabelChange read_labels(const LabelOptions& options);

/// Parses `KEY=VALUE`, or `KEY` without a value; throws usage if that cannot be a label.
std::pair<std::string, std::optional<std::string>> parse_label(const std::string& text);

}  // namespace allot::cli
