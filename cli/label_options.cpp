#include "cli/label_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/values.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

std::string parse_key(const std::string& text) {
  const auto fault = find_fault_in_key(text);
  if (!fault) return text;
  const std::string small = fold_ascii(text);
  throw Error::usage(fmt::format("the label {} {}", quote(text), *fault),
                     find_fault_in_key(small) ? std::string{} : fmt::format("did you mean {}?", quote(small)));
}

}  // namespace

void add_label_option(const Subcommand& subcommand, LabelOptions& options) {
  subcommand.option("--label", "KEY=VALUE", options.set, "Set a label (repeatable)");
}

void add_label_options(const Subcommand& subcommand, LabelOptions& options) {
  add_label_option(subcommand, options);
  subcommand.option("--no-label", "KEY", options.removed, "Remove a label");
}

std::pair<std::string, std::optional<std::string>> parse_label(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string key = parse_key(text.substr(0, equals));
  if (equals == std::string::npos) return {key, std::nullopt};
  return {key, parse_text(text.substr(equals + 1), fmt::format("the value of the label {}", key))};
}

LabelChange read_labels(const LabelOptions& options) {
  LabelChange change;
  for (const std::string& text : options.set) {
    const auto [key, value] = parse_label(text);
    if (!value)
      throw Error::usage(fmt::format("the label {} has no value", quote(key)), "write it as --label KEY=VALUE");
    if (!change.set.emplace(key, *value).second) throw Error::usage(fmt::format("the label {} is given twice", key));
  }
  if (change.set.size() > Labels::kMost) {
    throw Error::usage(fmt::format("there are {} labels; the most is {}", change.set.size(), Labels::kMost));
  }
  for (const std::string& text : options.removed) {
    const std::string key = parse_key(text);
    if (change.set.contains(key)) {
      throw Error::usage(fmt::format("--label {} and --no-label {} contradict each other", key, key));
    }
    if (std::find(change.removed.begin(), change.removed.end(), key) == change.removed.end()) {
      change.removed.push_back(key);
    }
  }
  return change;
}

}  // namespace allot::cli
