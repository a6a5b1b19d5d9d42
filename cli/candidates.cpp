#include "cli/candidates.hpp"

#include <fmt/format.h>

#include <tuple>
#include <utility>

#include "cli/lists.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kMostNames = 200;
constexpr std::size_t kMostRevisions = 50;
constexpr std::string_view kUsualKinds[] = {"distributor", "dealer", "site", "building", "apartment"};

/// The texts that are not empty, separated by commas.
std::string join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    if (!text.empty()) joined += (joined.empty() ? "" : ", ") + text;
  }
  return joined;
}

std::string describe(const FoundGroup& group) {
  if (!group.is_visible) return {};
  const bool is_restricted = group.traits.restriction != Restriction::none;
  return join({group.traits.kind, is_restricted ? std::string{word_for(group.traits.restriction)} : "",
               group.traits.suspended ? "suspended" : ""});
}

/// The names in `text` between slashes before the last, which is `start`; nothing if one of them is empty.
struct TypedPath {
  std::vector<std::string> above{};
  std::string start{};
};
std::optional<TypedPath> split_path(std::string_view text) {
  TypedPath path;
  if (text.starts_with('/')) text.remove_prefix(1);
  for (std::size_t slash = text.find('/'); slash != std::string_view::npos; slash = text.find('/')) {
    if (slash == 0) return std::nullopt;
    path.above.emplace_back(text.substr(0, slash));
    text.remove_prefix(slash + 1);
  }
  path.start = text;
  return path;
}

Candidates candidates_of(const Matches<FoundUser>& users, bool has_role) {
  Candidates found;
  found.is_cut = users.is_cut;
  found.common = users.common;
  for (const FoundUser& user : users.items) {
    const bool is_named = has_role && user.role != Role::user;
    found.add(user.email, join({user.name, is_named ? std::string{word_for(user.role)} : ""}));
  }
  return found;
}

}  // namespace

void Candidates::add(std::string text, std::string description, Follow follow) {
  items.push_back({std::move(text), std::move(description), follow});
}

StoreCandidates::StoreCandidates(Streams& streams, GlobalOptions options)
    : streams_(streams), options_(std::move(options)) {
  options_.wait = "0";
}

View& StoreCandidates::view() {
  if (!view_) {
    context_.emplace(streams_, options_);
    view_ = context_->view();
  }
  return *view_;
}

Candidates StoreCandidates::paths(const std::string& typed) {
  const auto path = split_path(typed);
  if (!path) return {};
  const std::size_t skipped = typed.empty() || typed.starts_with('/') ? 0 : 1;  // the slash that was left out
  const Matches<FoundGroup> groups = view().names().groups(path->above, path->start, kMostNames);
  Candidates found;
  found.is_cut = groups.is_cut;
  if (!groups.common.empty()) found.common = groups.common.substr(skipped);
  for (const FoundGroup& group : groups.items) {
    const std::string text = group.path.to_string().substr(skipped);
    if (group.is_visible) {
      found.add(text, describe(group), group.has_groups ? Follow::slash : Follow::space);
    } else {
      found.add(text + '/', {}, Follow::more);
    }
  }
  return found;
}

Candidates StoreCandidates::users(const std::string& typed) {
  return candidates_of(view().names().users(typed, kMostNames), false);
}

Candidates StoreCandidates::members(const std::string& group, const std::string& typed) {
  return candidates_of(view().names().members(Path::parse(group), typed, kMostNames), true);
}

Candidates StoreCandidates::groups_of(const std::string& email) {
  Candidates found;
  for (const Path& path : view().names().groups_of(email)) found.add(path.to_string());
  return found;
}

Candidates StoreCandidates::licenses(const std::string& group) {
  Candidates found;
  const AncestorPath ancestors = view().ancestors(Path::parse(group));
  for (const License& license : ancestors.back().licenses) {
    found.add(license.name, join({license.type, license.grant.period.to_string()}));
  }
  return found;
}

Candidates StoreCandidates::revisions(const std::string& typed) {
  const auto number = parse_number(typed.empty() ? "0" : typed);
  Candidates found;
  if (!number) return found;
  std::int64_t newest = 0;
  LogFilter filter;
  filter.counts = LogFilter::Counts::none;
  filter.most = 1;
  view().for_each_entry(filter, [&](const LogEntry& entry) { newest = entry.revision; });
  // The numbers that begin with these digits: 12, 120 to 129, 1200 to 1299 and so on.
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
  if (typed.empty()) ranges.emplace_back(0, newest);
  for (std::int64_t first = *number, last = *number; first > 0 && first <= newest; first *= 10, last = last * 10 + 9) {
    ranges.emplace_back(first, last);
  }
  for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
    std::tie(filter.first, filter.last) = *range;
    filter.most = kMostRevisions + 1 - found.items.size();
    view().for_each_entry(
        filter, [&](const LogEntry& entry) { found.add(std::to_string(entry.revision), entry.command.value_or("")); });
  }
  found.is_cut = found.items.size() > kMostRevisions;
  if (found.is_cut) found.items.pop_back();
  return found;
}

Candidates StoreCandidates::kinds() {
  Candidates found;
  for (const std::string& kind : view().names().kinds()) found.add(kind);
  if (found.items.empty()) {
    for (const std::string_view kind : kUsualKinds) found.add(std::string{kind});
  }
  return found;
}

Candidates StoreCandidates::labels(std::string_view command, const std::vector<std::string>& names, Follow follow) {
  Candidates found;
  const bool is_group = command == "group set";
  if (!command.ends_with(" set") || names.size() < (is_group ? 1 : 2)) return found;
  const AncestorPath ancestors = view().ancestors(Path::parse(names[0]));
  const auto add = [&](const Labels& labels) {
    labels.for_each([&](std::string_view key, std::string_view value) {
      found.add(std::string{key} + (follow == Follow::more ? "=" : ""), std::string{value}, follow);
    });
  };
  if (is_group) add(ancestors.back().traits.labels);
  for (const License& license : ancestors.back().licenses) {
    if (command == "license set" && license.name == names[1]) add(license.labels);
  }
  if (command != "user set") return found;
  for (const PlacedMembership& placed : view().user(names[1], context_->today()).memberships) {
    if (placed.group.to_string() == ancestors.path()) add(placed.membership.labels);
  }
  return found;
}

Candidates StoreCandidates::columns(const std::string& command) {
  Candidates found;
  for (const Field& field : fields_of_list(command, view().catalogue())) {
    if (!field.is_natural) found.add(field.key, {}, Follow::more);
  }
  return found;
}

Candidates StoreCandidates::sort_keys(const std::string& command) {
  Candidates found;
  for (const Field& field : fields_of_list(command, view().catalogue())) found.add(field.key);
  return found;
}

Candidates StoreCandidates::resources(std::string_view end) {
  Candidates found;
  const Catalogue& catalogue = view().catalogue();
  for (const CountedResource& entry : catalogue.counted()) {
    const auto& required = entry.requires_id;
    found.add(entry.name + std::string{end},
              required ? "counted, requires " + catalogue.counted()[*required].name : std::string{"counted"},
              end.empty() ? Follow::space : Follow::more);
  }
  return found;
}

Candidates StoreCandidates::features() {
  Candidates found;
  for (const std::string& name : view().catalogue().features()) found.add(name, "feature");
  return found;
}

Candidates StoreCandidates::items() {
  Candidates found = resources("");
  for (Candidate& feature : features().items) found.items.push_back(std::move(feature));
  return found;
}

}  // namespace allot::cli
