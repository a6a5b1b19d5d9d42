#include "cli/grant_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/values.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

template <typename Count>
void add_count(const std::string& name, Count count, std::vector<std::pair<std::string, Count>>& counts) {
  const auto twice = std::find_if(counts.begin(), counts.end(), [&](const auto& named) { return named.first == name; });
  if (twice != counts.end()) throw Error::usage(fmt::format("the count of {} is given twice", name));
  counts.emplace_back(name, count);
}

/// Splits NAME=N, the value of `option`.
std::pair<std::string, std::string> split_count(const std::string& word, std::string_view option) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos) {
    throw Error::usage(fmt::format("{} {} has no number", option, quote(word)),
                       fmt::format("write it as {} NAME=N", option));
  }
  return {parse_item_name(word.substr(0, equals)), word.substr(equals + 1)};
}

/// Calls `visit(name, number, what)` for each option that names a count.
template <typename Visit>
void for_each_count(const GrantOptions& options, Visit visit) {
  if (options.sip) visit("sip", *options.sip, "--sip");
  if (options.mobile) visit("mobile", *options.mobile, "--mobile");
  for (const std::string& word : options.counts) {
    const auto [name, number] = split_count(word, "--count");
    visit(name, number, fmt::format("--count {}", name));
  }
}

/// A number, `max` or, in a change, `+N` or `-N`.
CountChange parse_count_change(const std::string& text, std::string_view what, GrantKind kind) {
  if (kind == GrantKind::initial) return {parse_count(text, what)};
  if (text == "max") return {0, CountChange::Kind::largest};
  if (kind == GrantKind::fresh) return {parse_count(text, what)};
  if (const auto number = parse_number(text)) return {*number};
  const auto difference = text.empty() ? std::nullopt : parse_number(text.substr(1));
  if (difference && text[0] == '+') return {*difference, CountChange::Kind::difference};
  if (difference && text[0] == '-') return {-*difference, CountChange::Kind::difference};
  throw Error::usage(fmt::format("{} {} is not a number from 0 to {}", what, quote(text), kLargestCount),
                     "write N, +N, -N or max, N in decimal digits without exponent or leading zero");
}

void read_at_least(const GrantOptions& options, GrantChange& grant) {
  std::vector<std::string> names;
  for (const std::string& word : options.at_least) {
    const auto named_least = split_count(word, "--at-least");
    const std::string& name = named_least.first;
    const std::int64_t least = parse_count(named_least.second, fmt::format("--at-least {}", name));
    if (std::count(names.begin(), names.end(), name) > 0) {
      throw Error::usage(fmt::format("--at-least {} is given twice", name));
    }
    names.push_back(name);
    const auto count = std::find_if(grant.counts.begin(), grant.counts.end(), [&](const auto& named) {
      return named.first == name && named.second.kind == CountChange::Kind::largest;
    });
    if (count == grant.counts.end()) {
      throw Error::usage(fmt::format("--at-least {} needs the count of {} to be max", name, name),
                         fmt::format("write --count {}=max, or the number itself in place of both", name));
    }
    count->second.number = least;
  }
}

}  // namespace

void add_count_options(const Subcommand& subcommand, GrantOptions& options) {
  subcommand.option("--sip", "N", options.sip, "Count of SIP numbers");
  subcommand.option("--mobile", "N", options.mobile, "Count of mobile applications");
  subcommand.option("--count", "NAME=N", options.counts, "Count of any counted resource");
}

GrantWords add_grant_options(const Subcommand& subcommand, GrantOptions& options, GrantKind kind) {
  const bool is_change = kind == GrantKind::change;
  add_count_options(subcommand, options);
  if (kind != GrantKind::initial) {
    subcommand.option("--at-least", "NAME=N", options.at_least, "Refuse a count max that is less than N");
  }
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

std::vector<std::pair<std::string, std::int64_t>> read_amounts(const GrantOptions& options) {
  std::vector<std::pair<std::string, std::int64_t>> amounts;
  for_each_count(options, [&](const std::string& name, const std::string& number, std::string_view what) {
    add_count(name, parse_whole(number, what, 1, kLargestCount), amounts);
  });
  if (amounts.empty())
    throw Error::usage("no count is given", "name what to move with --sip N, --mobile N or --count NAME=N");
  return amounts;
}

std::pair<std::string, std::int64_t> parse_amount(const std::string& word, std::string_view option) {
  const auto [name, number] = split_count(word, option);
  return {name, parse_whole(number, fmt::format("{} {}", option, name), 1, kLargestCount)};
}

GrantChange read_grant(const GrantOptions& options, GrantKind kind) {
  GrantChange grant;
  for_each_count(options, [&](const std::string& name, const std::string& number, std::string_view what) {
    add_count(name, parse_count_change(number, what, kind), grant.counts);
  });
  read_at_least(options, grant);
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
