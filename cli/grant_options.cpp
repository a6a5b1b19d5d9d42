#include "cli/grant_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/values.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

void add_count(const std::string& name, std::int32_t count, GrantChange& grant) {
  const auto twice =
      std::find_if(grant.counts.begin(), grant.counts.end(), [&](const auto& named) { return named.first == name; });
  if (twice != grant.counts.end()) throw Error::usage(fmt::format("the count of {} is given twice", name));
  grant.counts.emplace_back(name, count);
}

}  // namespace

GrantWords add_grant_options(const Subcommand& subcommand, GrantOptions& options, GrantKind kind) {
  const bool is_change = kind == GrantKind::change;
  subcommand.option("--sip", "N", options.sip, "Count of SIP numbers");
  subcommand.option("--mobile", "N", options.mobile, "Count of mobile applications");
  subcommand.option("--count", "NAME=N", options.counts, "Count of any counted resource");
  GrantWords words{subcommand.option("--feature", "F", options.features,
                                     is_change ? "Add a feature" : "Grant a feature (repeatable)"),
                   std::nullopt};
  if (is_change) {
    words.no_feature = subcommand.option("--no-feature", "F", options.dropped_features, "Remove a feature");
  }
  subcommand.option("--from", "DATE", options.from, is_change ? "The first day, or none" : "The first day");
  subcommand.option("--until", "DATE", options.until, is_change ? "The last day, or none" : "The last day");
  return words;
}

GrantChange read_grant(const GrantOptions& options, GrantKind kind) {
  GrantChange grant;
  if (options.sip) add_count("sip", parse_count(*options.sip, "--sip"), grant);
  if (options.mobile) add_count("mobile", parse_count(*options.mobile, "--mobile"), grant);
  for (const std::string& word : options.counts) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      throw Error::usage(fmt::format("--count {} has no number", quote(word)), "write it as --count NAME=N");
    }
    const std::string name = parse_item_name(word.substr(0, equals));
    add_count(name, parse_count(word.substr(equals + 1), fmt::format("--count {}", name)), grant);
  }
  for (const std::string& name : options.features) grant.added_features.push_back(parse_item_name(name));
  for (const std::string& name : options.dropped_features) {
    grant.dropped_features.push_back(parse_item_name(name));
    if (std::count(options.features.begin(), options.features.end(), name) > 0) {
      throw Error::usage(fmt::format("--feature {} and --no-feature {} contradict each other", name, name));
    }
  }
  const OpenEnd open_end = kind == GrantKind::change ? OpenEnd::allowed : OpenEnd::refused;
  if (options.from) grant.from = parse_day(*options.from, "--from", open_end, Day::beginning());
  if (options.until) grant.until = parse_day(*options.until, "--until", open_end, Day::forever());
  return grant;
}

bool names_contents(const GrantOptions& options) {
  return options.sip || options.mobile || !options.counts.empty() || !options.features.empty();
}

}  // namespace allot::cli
