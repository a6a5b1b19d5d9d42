#include <fmt/format.h>

#include <array>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/lists.hpp"
#include "cli/output/tsv.hpp"
#include "cli/root_selection.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/letter_case.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

struct FindOptions {
  std::string text;
  std::optional<std::string> path;
};

/// Receives the matches in path order and prints groups, licences and users one after the other.
class Matches {
 public:
  Matches(const Catalogue& catalogue, Context& context)
      : catalogue_(catalogue), context_(context), day_(context.shown_day()) {
    if (context.format() == Format::csv) write_csv(context.out(), {"what", "path", "name", "details"});
    if (context.format() != Format::table) return;
    groups_.emplace(context, catalogue);
    licenses_.emplace(context, catalogue);
    members_.emplace(context, catalogue);
  }

  void add(const AncestorPath& ancestors) {
    if (groups_) return groups_->add(ancestors);
    const PathNode& group = ancestors.back();
    keep(0, [&] { return json_of_group(ancestors); }, {"group", ancestors.path(), group.name, group.traits.kind});
  }

  void add(const AncestorPath& ancestors, const License& license) {
    if (licenses_) return licenses_->add(ancestors, license);
    const std::string path = ancestors.path();
    const Status status = status_on(day_, license, ancestors.back().traits.restriction);
    keep(1, [&] { return json_of_license(path, license, status, catalogue_); },
         {"license", path, license.name, license.type});
  }

  void add(const std::string& group, const MembershipView& member) {
    if (members_) return members_->add(group, member);
    const Status status = status_on(day_, member.grant.period);
    keep(2, [&] { return json_of_membership(group, member, status, catalogue_); },
         {"user", group, std::string{member.email}, std::string{member.name}});
  }

  void finish(const std::string& text) {
    if (context_.format() == Format::json) {
      context_.out() << "{\"groups\": [" << texts_[0] << "], \"licenses\": [" << texts_[1] << "], \"memberships\": ["
                     << texts_[2] << "]}\n";
      return;
    }
    for (const std::string& each : texts_) context_.out() << each;
    if (!groups_) return;
    bool is_first = true;
    finish(*groups_, is_first);
    finish(*licenses_, is_first);
    finish(*members_, is_first);
    if (is_first && context_.err_capabilities().is_terminal) {
      context_.err() << "nothing contains " << escape_for_terminal(quote(text)) << '\n';
    }
  }

 private:
  template <typename MakeJson>
  void keep(std::size_t kind, MakeJson make_json, const std::vector<std::string>& fields) {
    std::string& text = texts_[kind];
    if (context_.format() == Format::json) {
      text += (text.empty() ? "\n " : ",\n ") + to_text(make_json());
      return;
    }
    std::ostringstream out;
    context_.format() == Format::csv ? write_csv(out, fields) : TsvWriter{out}.write(fields);
    text += std::move(out).str();
  }

  template <typename List>
  void finish(List& list, bool& is_first) {
    if (list.is_empty()) return;
    if (!is_first) context_.out() << '\n';
    is_first = false;
    list.finish();
  }

  const Catalogue& catalogue_;
  Context& context_;
  Day day_;
  std::optional<GroupList> groups_;  // for tables
  std::optional<LicenseList> licenses_;
  std::optional<MemberList> members_;
  std::array<std::string, 3> texts_;  // for other formats: groups, licences, users
};

void find(const FindOptions& options, Context& context) {
  if (options.text.empty()) throw Error::usage("TEXT is empty", "name a part of what is sought");
  const RootSelection roots{options.path ? std::optional{context.path(options.path)} : std::nullopt};
  const std::string wanted = fold_for_search(options.text);
  const auto has = [&](std::string_view text) { return fold_for_search(text).find(wanted) != std::string::npos; };
  const auto has_label = [&](const Labels& labels) {
    bool found = false;
    labels.for_each(
        [&](std::string_view key, std::string_view value) { found = found || has(fmt::format("{}={}", key, value)); });
    return found;
  };
  const auto view = context.view();
  Matches matches{view->catalogue(), context};
  for (const Path& path : roots.in(*view)) {
    view->walk(path, std::nullopt, [&](const AncestorPath& ancestors) {
      const PathNode& group = ancestors.back();
      if (has(group.name) || has(group.traits.kind) || has_label(group.traits.labels)) matches.add(ancestors);
      for (const License& license : group.licenses) {
        if (has(license.name) || has(license.type) || has_label(license.labels)) matches.add(ancestors, license);
      }
      if (group.members == 0) return;
      view->for_each_member(ancestors, [&](const MembershipView& member) {
        if (has(member.email) || has(member.name) || has_label(member.labels)) matches.add(ancestors.path(), member);
      });
    });
  }
  matches.finish(options.text);
}

}  // namespace

void setup_find(const Subcommand& command) {
  auto options = std::make_shared<FindOptions>();
  command.argument("TEXT", options->text, "A part of a name, kind, type, label or e-mail, without regard to case");
  command.argument("PATH", options->path, "The group to search at and below (/)");
  command.allow_csv();
  command.set_action([options](Context& context) { find(*options, context); });
}

}  // namespace allot::cli
