#include "cli/filters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cli/label_options.hpp"
#include "cli/values.hpp"
#include "libcore/base/letter_case.hpp"
#include "libcore/base/text.hpp"
#include "libcore/model/schedule.hpp"

namespace allot::cli {
namespace {

constexpr std::int64_t kMostDaysAhead = 3652059;  // the entire calendar

constexpr std::array<std::string_view, 4> kStatuses{"active", "pending", "expired", "out-of-force"};

/// A pattern or text, read by characters.
class Characters {
 public:
  explicit Characters(std::string_view text) : text_(text) {}

  bool is_at_end() const { return text_.empty(); }
  std::string_view rest() const { return text_; }

  /// Takes the next character; bytes that are not UTF-8 are characters of their own.
  std::string_view take() {
    std::size_t size = 1;
    while (size < text_.size() && (static_cast<unsigned char>(text_[size]) & 0xC0U) == 0x80U) ++size;
    const std::string_view character = text_.substr(0, size);
    text_.remove_prefix(size);
    return character;
  }

 private:
  std::string_view text_;
};

/// Takes the rest of `[...]` from `pattern` and returns whether it contains `character`; nothing if it does not end.
std::optional<bool> match_set(Characters& pattern, std::string_view character) {
  Characters set = pattern;
  bool is_inverted = false;
  if (!set.is_at_end() && (set.rest().front() == '!' || set.rest().front() == '^')) {
    is_inverted = true;
    set.take();
  }
  bool contains = false;
  for (bool is_first = true; !set.is_at_end(); is_first = false) {
    const std::string_view from = set.take();
    if (from == "]" && !is_first) {
      pattern = set;
      return contains != is_inverted;
    }
    std::string_view to = from;
    if (set.rest().size() > 1 && set.rest().front() == '-' && set.rest()[1] != ']') {
      set.take();
      to = set.take();
    }
    contains = contains || (character >= from && character <= to);
  }
  return std::nullopt;
}

/// Takes one element that is not `*` from `pattern` and returns whether it matches `character`.
bool match_one(Characters& pattern, std::string_view character) {
  const std::string_view element = pattern.take();
  if (element == "?") return true;
  if (element == "[") {
    if (const auto found = match_set(pattern, character)) return *found;
  }
  return element == character;
}

/// A membership cannot be out of force.
Status parse_status(const std::string& text, Listed listed) {
  const auto status = parse_word<Status>(text, kStatuses);
  if (status && (listed == Listed::licenses || *status != Status::out_of_force)) return *status;
  const std::size_t count = listed == Listed::licenses ? kStatuses.size() : kStatuses.size() - 1;
  throw Error::usage(fmt::format("the status {} is not one of {}", quote(text),
                                 fmt::join(kStatuses.begin(), kStatuses.begin() + count, ", ")));
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view text) {
  Characters rest_of_pattern{pattern};
  Characters rest_of_text{text};
  std::optional<std::pair<Characters, Characters>> last_star;  // what follows it, and where it stopped in the text
  for (;;) {
    if (!rest_of_pattern.is_at_end() && rest_of_pattern.rest().front() == '*') {
      rest_of_pattern.take();
      last_star.emplace(rest_of_pattern, rest_of_text);
      continue;
    }
    if (rest_of_text.is_at_end() && rest_of_pattern.is_at_end()) return true;
    if (!rest_of_text.is_at_end() && !rest_of_pattern.is_at_end() && match_one(rest_of_pattern, rest_of_text.take())) {
      continue;
    }
    if (!last_star || last_star->second.is_at_end()) return false;
    last_star->second.take();
    rest_of_pattern = last_star->first;
    rest_of_text = last_star->second;
  }
}

void add_group_filters(const Subcommand& subcommand, FilterOptions& options) {
  subcommand.option("--match", "GLOB", options.match, "Only groups whose name matches; a GLOB with / matches the path");
  subcommand.option("--kind", "K", options.kind, "Only groups of this kind");
  subcommand.option("--label", "K[=V]", options.labels, "Only groups with this label (repeatable)");
  subcommand.option("--restriction", "R", options.restriction, "Only groups with this restriction");
  subcommand.flag("--suspended", options.suspended, "Only suspended groups");
}

void add_state_filters(const Subcommand& subcommand, FilterOptions& options) {
  add_group_filters(subcommand, options);
  subcommand.option("--near", "PERCENT", options.near, "Only groups with at most this share of a limit left");
  subcommand.flag("--blocked", options.blocked, "Only groups in which something is blocked");
}

void add_license_filters(const Subcommand& subcommand, FilterOptions& options) {
  subcommand.option("--match", "GLOB", options.match, "Only licenses whose name matches");
  subcommand.option("--kind", "K", options.kind, "Only licenses of groups of this kind");
  subcommand.option("--label", "K[=V]", options.labels, "Only licenses with this label (repeatable)");
  subcommand.option("--status", "S", options.status, "Only active, pending, expired or out-of-force licenses");
  subcommand.option("--expiring", "DAYS", options.expiring, "Only licenses in force that end within DAYS days");
}

void add_member_filters(const Subcommand& subcommand, FilterOptions& options) {
  subcommand.option("--match", "GLOB", options.match, "Only users whose e-mail or name matches");
  subcommand.option("--kind", "K", options.kind, "Only users of groups of this kind");
  subcommand.option("--label", "K[=V]", options.labels, "Only users with this label in the group (repeatable)");
  subcommand.option("--status", "S", options.status, "Only active, pending or expired memberships");
  subcommand.option("--expiring", "DAYS", options.expiring, "Only memberships that end within DAYS days");
  subcommand.option("--role", "R", options.role, "Only users with this role");
}

Filters::Filters(const FilterOptions& options, Listed listed, Day day)
    : day_(day), suspended_(options.suspended), blocked_(options.blocked) {
  if (options.match == "") throw Error::usage("the GLOB of --match is empty", "* matches everything");
  if (options.match) match_ = fold_for_search(*options.match);
  if (options.kind) kind_ = parse_text(*options.kind, "the kind");
  for (const std::string& text : options.labels) labels_.push_back(parse_label(text));
  if (options.restriction) restriction_ = parse_restriction(*options.restriction, Path{}.child("group"));
  if (options.status) status_ = parse_status(*options.status, listed);
  if (options.expiring) expiring_ = parse_whole(*options.expiring, "--expiring", 0, kMostDaysAhead);
  if (options.role) role_ = parse_role(*options.role);
  if (options.near) near_ = parse_whole(*options.near, "--near", 0, 100);
  is_empty_ = !match_ && !kind_ && labels_.empty() && !restriction_ && !suspended_ && !status_ && !expiring_ &&
              !role_ && !near_ && !blocked_;
}

void walk_matches(View& view, const Path& path, std::optional<std::size_t> depth, const Filters& filters,
                  const View::VisitAncestors& visit) {
  if (filters.is_empty()) return view.walk(path, depth, visit);
  std::vector<AncestorPath> open;  // the groups from `path` down to the current one
  std::size_t visited = 0;         // how many of them
  view.walk(path, depth, [&](const AncestorPath& ancestors) {
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(ancestors.size() - path.depth() - 1), open.end());
    visited = std::min(visited, open.size());
    open.push_back(ancestors);
    if (!filters.matches(ancestors)) return;
    for (; visited < open.size(); ++visited) visit(open[visited]);
  });
}

bool Filters::has_kind(const AncestorPath& ancestors) const { return !kind_ || ancestors.back().traits.kind == *kind_; }

bool Filters::has_labels(const Labels& labels) const {
  return std::all_of(labels_.begin(), labels_.end(), [&](const auto& wanted) {
    const auto value = labels.find(wanted.first);
    return value && (!wanted.second || *value == *wanted.second);
  });
}

bool Filters::is_near(const AncestorPath& ancestors) const {
  for (ResourceId id = 0; id < ancestors.catalogue().counted().size(); ++id) {
    const CountedState state = state_of_counted(ancestors, id, day_);
    if (!state.blocked_by.empty() || !state.limit || *state.limit == 0) continue;
    if (*state.remaining * 100 <= *near_ * *state.limit) return true;
  }
  return false;
}

bool Filters::is_blocked(const AncestorPath& ancestors) const {
  const Catalogue& catalogue = ancestors.catalogue();
  for (ResourceId id = 0; id < catalogue.counted().size(); ++id) {
    if (!find_blocks(ancestors, Item::counted(id), day_).empty()) return true;
  }
  for (FeatureId id = 0; id < catalogue.features().size(); ++id) {
    if (!find_blocks(ancestors, Item::feature(id), day_).empty()) return true;
  }
  return false;
}

bool Filters::matches(const AncestorPath& ancestors) const {
  if (is_empty_) return true;
  const GroupTraits& traits = ancestors.back().traits;
  if (!has_kind(ancestors) || !has_labels(traits.labels)) return false;
  if (restriction_ && traits.restriction != *restriction_) return false;
  if (suspended_ && !traits.suspended) return false;
  if (match_) {
    const bool is_path = match_->find('/') != std::string::npos;
    const std::string subject = is_path || ancestors.size() == 1 ? ancestors.path() : ancestors.back().name;
    if (!matches_glob(*match_, fold_for_search(subject))) return false;
  }
  return (!near_ || is_near(ancestors)) && (!blocked_ || is_blocked(ancestors));
}

/// Whether a licence is active on the day and ends at most `expiring_` days later.
bool Filters::is_expiring(const AncestorPath& ancestors, const License& license) const {
  if (status_on(day_, license, ancestors.back().traits.restriction) != Status::active) return false;
  const auto last = last_day_of(ancestors, license);
  return last && std::int64_t{last->number()} - day_.number() <= *expiring_;
}

bool Filters::matches(const AncestorPath& ancestors, const License& license) const {
  if (is_empty_) return true;
  if (!has_kind(ancestors) || !has_labels(license.labels)) return false;
  if (match_ && !matches_glob(*match_, fold_for_search(license.name))) return false;
  if (status_ && status_on(day_, license, ancestors.back().traits.restriction) != *status_) return false;
  return !expiring_ || is_expiring(ancestors, license);
}

bool Filters::matches(const AncestorPath& ancestors, const MembershipView& member) const {
  if (is_empty_) return true;
  if (!has_kind(ancestors) || !has_labels(member.labels)) return false;
  if (role_ && member.role != *role_) return false;
  const Status status = status_on(day_, member.grant.period);
  if (status_ && status != *status_) return false;
  if (match_ && !matches_glob(*match_, fold_for_search(member.email)) &&
      !matches_glob(*match_, fold_for_search(member.name)))
    return false;
  if (!expiring_) return true;
  const Day until = member.grant.period.until;
  const bool ends = until.is_finite() && status != Status::expired;
  return ends && std::int64_t{until.number()} - day_.number() <= *expiring_;
}

}  // namespace allot::cli
