#include "cli/show.hpp"

#include <fmt/format.h>

#include <utility>

#include "cli/output/dates.hpp"
#include "cli/output/tsv.hpp"
#include "cli/output/width.hpp"
#include "cli/report.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

std::string describe_reminder_in_full(const std::optional<Reminder>& reminder) {
  if (!reminder) return "none";
  std::vector<std::string> parts;
  if (const LeadTimes& before = reminder->before; !before.is_empty()) {
    const bool is_one_day = before == LeadTimes{1};
    parts.push_back(fmt::format("{} {} before the end, {}{}", before.text(", "), is_one_day ? "day" : "days",
                                word_for(reminder->repeat), reminder->users ? ", users too" : ""));
  }
  if (reminder->low > 0) parts.push_back(fmt::format("at {} percent available or less", reminder->low));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::vector<std::string> tsv_group(const AncestorPath& ancestors) {
  const PathNode& group = ancestors.back();
  const auto& reminder = group.traits.reminder;
  return {ancestors.path(),
          group.traits.kind,
          std::string{word_for(group.traits.restriction)},
          yes_no(group.traits.suspended),
          std::to_string(group.children),
          std::to_string(group.members),
          join_license_names(group, ","),
          reminder ? reminder->before.text(",") : "",
          reminder && !reminder->before.is_empty() ? std::string{word_for(reminder->repeat)} : "",
          reminder ? yes_no(reminder->users) : "",
          reminder && reminder->low > 0 ? std::to_string(reminder->low) : ""};
}

std::vector<std::string> tsv_license(const AncestorPath& ancestors, const License& license, Status status) {
  return {ancestors.path(),
          license.name,
          license.type,
          tsv_counts(license.grant.counts, ancestors.catalogue()),
          tsv_features(license.grant.features, ancestors.catalogue()),
          tsv_day(license.grant.period.from),
          tsv_day(license.grant.period.until),
          std::string{word_for(status)}};
}

}  // namespace

void print_field(Context& context, std::string_view label, const std::string& text) {
  constexpr std::size_t kLabelWidth = 13;
  const std::size_t width = context.out_capabilities().width;
  const std::size_t room = width > 2 * kLabelWidth ? width - kLabelWidth : 0;
  std::string_view shown = label;
  for (const std::string& part : wrap_words(escape_for_terminal(text), room)) {
    context.out() << fmt::format("{:<{}}{}\n", shown, kLabelWidth, part);
    shown = {};
  }
}

void print_line(Context& context, const std::string& mark, std::string_view text) {
  const std::size_t width = context.out_capabilities().width;
  std::string shown = mark + ' ';
  for (const std::string& part : wrap_words(escape_for_terminal(text), width > 2 ? width - 2 : 0)) {
    context.out() << shown << part << '\n';
    shown = "  ";
  }
}

void print_text(const std::string& text, std::ostream& out) {
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    out << escape_for_terminal(std::string_view{text}.substr(from, end - from)) << '\n';
    from = end + 1;
  }
}

void show_group(const AncestorPath& ancestors, Context& context) {
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_group(ancestors), 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) {
    TsvWriter{context.out()}.write(tsv_group(ancestors));
    return;
  }
  const PathNode& group = ancestors.back();
  print_field(context, "group", ancestors.path());
  if (!group.traits.kind.empty()) print_field(context, "kind", group.traits.kind);
  if (!group.traits.labels.is_empty()) print_field(context, "labels", describe_labels(group.traits.labels));
  if (!group.traits.language.is_empty()) print_field(context, "language", std::string{group.traits.language.text()});
  print_field(context, "restriction", std::string{word_for(group.traits.restriction)});
  print_field(context, "suspended", yes_no(group.traits.suspended));
  print_field(context, "reminder", describe_reminder_in_full(group.traits.reminder));
  print_field(context, "children", std::to_string(group.children));
  print_field(context, "users", std::to_string(group.members));
  print_field(context, "licenses", group.licenses.empty() ? "none" : join_license_names(group, ", "));
}

void show_license(const AncestorPath& ancestors, const License& license, Context& context) {
  const Day day = context.shown_day();
  const Status status = status_on(day, license, ancestors.back().traits.restriction);
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_license(ancestors.path(), license, status, ancestors.catalogue()), 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) {
    TsvWriter{context.out()}.write(tsv_license(ancestors, license, status));
    return;
  }
  print_field(context, "group", ancestors.path());
  print_field(context, "license", license.name);
  print_field(context, "type", license.type);
  if (!license.labels.is_empty()) print_field(context, "labels", describe_labels(license.labels));
  print_field(context, "counts", describe_counts(license.grant.counts, ancestors.catalogue()));
  const std::string features = describe_features(license.grant.features, ancestors.catalogue());
  print_field(context, "features", features.empty() ? "none" : features);
  print_field(context, "period", describe_period(license.grant.period, day));
  const auto last = last_day_of(ancestors, license);
  if (last && *last != license.grant.period.until) print_field(context, "ends", describe_until(*last, day));
  print_field(context, "status", std::string{word_for(status)});
}

void for_each_record(const Entitlement& entitlement, const Catalogue& catalogue, const VisitRecord& visit) {
  for (const ResourceId id : catalogue.counted_in_order()) {
    const std::string& name = catalogue.counted()[id].name;
    const auto& [total, from] = entitlement.counts[id];
    for (const auto& [group, count] : from) visit({name, std::to_string(total), group, std::to_string(count)});
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    for (const std::string& group : entitlement.features[id]) visit({catalogue.features()[id], "", group, ""});
  }
}

void show_user(const UserState& user, const Catalogue& catalogue, Context& context) {
  const Day day = context.shown_day();
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_user(user, day, catalogue), 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) {
    TsvWriter writer{context.out()};
    for_each_record(user.entitlement, catalogue, [&](const std::vector<std::string>& fields) { writer.write(fields); });
    return;
  }
  print_field(context, "user", user.email);
  if (!user.name.empty()) print_field(context, "name", user.name);
  std::string_view label = "labels";
  for (const PlacedMembership& placed : user.memberships) {
    const Labels& labels = placed.membership.labels;
    if (labels.is_empty()) continue;
    print_field(context, std::exchange(label, ""),
                fmt::format("{}: {}", placed.group.to_string(), describe_labels(labels)));
  }
  label = "language";
  for (const PlacedMembership& placed : user.memberships) {
    const Language& language = placed.membership.language;
    if (language.is_empty()) continue;
    print_field(context, std::exchange(label, ""), fmt::format("{}: {}", placed.group.to_string(), language.text()));
  }
  print_field(context, "on", day.to_string());
  context.out() << '\n';
  Table entitlement{{{"entitled to"}, {"total", Align::right}, {"from", Align::left, Wrap::words}}};
  for (const ResourceId id : catalogue.counted_in_order()) {
    std::vector<std::string> parts;
    for (const auto& [group, count] : user.entitlement.counts[id].from)
      parts.push_back(fmt::format("{} ({})", group, count));
    entitlement.add_row({{catalogue.counted()[id].name},
                         {std::to_string(user.entitlement.counts[id].total)},
                         {fmt::format("{}", fmt::join(parts, ", "))}});
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    if (user.entitlement.features[id].empty()) continue;
    entitlement.add_row(
        {{catalogue.features()[id]}, {"yes"}, {fmt::format("{}", fmt::join(user.entitlement.features[id], ", "))}});
  }
  entitlement.print(context.out(), context.out_capabilities());
  context.out() << '\n';
  MemberList list{context, catalogue};
  for (const PlacedMembership& placed : user.memberships) list.add(placed.group.to_string(), placed.membership);
  list.finish();
}

}  // namespace allot::cli
