#include "cli/lists.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/report.hpp"
#include "libcore/base/text.hpp"
#include "libcore/model/in_force.hpp"
#include "libcore/model/schedule.hpp"

namespace allot::cli {
namespace {

/// The mark of a last day that an open end inherits, and the line that explains it.
constexpr std::string_view kInherited = "^";
constexpr const char* kInheritedNote = "^ inherited from a group above";

FieldValue number_value(std::optional<std::int64_t> number) {
  return {number ? std::to_string(*number) : "", number, {}};
}

/// A number for which a table has no text if it is 0.
FieldValue count_value(std::int64_t number) {
  return {std::to_string(number), number, Cell{number == 0 ? "" : std::to_string(number)}};
}

FieldValue day_value(Day day) {
  if (!day.is_finite()) return {};
  return {day.to_string(), day.number(), {}};
}

/// The days from `day` to a last day; nothing after it.
FieldValue days_value(const std::optional<Day>& last, Day day) {
  if (!last || *last < day) return {};
  return number_value(std::int64_t{last->number()} - day.number());
}

/// The value of `labels` or `label.KEY`; nothing for another field.
std::optional<FieldValue> find_label_value(const Labels& labels, std::string_view key) {
  if (key == "labels") return FieldValue{std::string{labels.text()}, std::nullopt, Cell{describe_labels(labels)}};
  if (!key.starts_with(kLabel)) return std::nullopt;
  return FieldValue{std::string{labels.find(key.substr(kLabel.size())).value_or("")}};
}

/// The status in a table: a pending item says when it begins.
FieldValue status_value(Status status, const Period& period) {
  std::string text{word_for(status)};
  Cell cell{status == Status::pending ? "from " + period.from.to_string() : text, style_of(status)};
  return {std::move(text), std::nullopt, std::move(cell)};
}

/// Adds a right-aligned column for each counted resource.
void add_resources(std::vector<Field>& fields, const Catalogue& catalogue) {
  for (const ResourceId id : catalogue.counted_in_order()) {
    const std::string& name = catalogue.counted()[id].name;
    fields.push_back({name, {name, Align::right}});
  }
}

constexpr std::string_view kHeld = ".held";
constexpr std::string_view kIdle = ".idle";

/// Adds columns for the state of each counted resource and feature.
void add_states(std::vector<Field>& fields, const Catalogue& catalogue, const std::vector<std::string>& figures) {
  for (const ResourceId id : catalogue.counted_in_order()) {
    for (const std::string& figure : figures) {
      const std::string key = fmt::format("{}.{}", catalogue.counted()[id].name, figure);
      fields.push_back({key, {key, Align::right}});
    }
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    const std::string& name = catalogue.features()[id];
    fields.push_back({name, {name}});
  }
  fields.push_back({"blocked", {"blocked", Align::left, Wrap::words}});
}

/// The columns of tables: `before`, those of the counted resources, and `after`.
std::vector<std::string> columns_around(std::vector<std::string> before, const Catalogue& catalogue,
                                        const std::vector<std::string>& after) {
  for (const ResourceId id : catalogue.counted_in_order()) before.push_back(catalogue.counted()[id].name);
  before.insert(before.end(), after.begin(), after.end());
  return before;
}

std::vector<Field> license_fields(const Catalogue& catalogue) {
  std::vector<Field> fields{
      {"group", {"group", Align::left, Wrap::path}},      {"kind", {"kind", Align::left, Wrap::words}},
      {"name", {"license", Align::left, Wrap::words}},    {"natural", {}, true},
      {"type", {"type", Align::left, Wrap::words, 0, 2}}, {"labels", {"labels", Align::left, Wrap::words}}};
  add_resources(fields, catalogue);
  const std::vector<Field> more{{"counts", {"counts", Align::left, Wrap::words}},
                                {"features", {"features", Align::left, Wrap::words, 0, 1}},
                                {"from", {"from", Align::left, Wrap::no, 1}},
                                {"until", {"until"}},
                                {"ends", {"ends"}},
                                {"days", {"days", Align::right, Wrap::no, 2}},
                                {"status", {"status", Align::left, Wrap::words}}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

std::vector<Field> member_fields(const Catalogue& catalogue) {
  std::vector<Field> fields{{"group", {"group", Align::left, Wrap::path}},
                            {"email", {"e-mail", Align::left, Wrap::words}},
                            {"name", {"name", Align::left, Wrap::words, 0, 2}},
                            {"natural", {}, true},
                            {"role", {"role", Align::left, Wrap::no, 0, 3}},
                            {"labels", {"labels", Align::left, Wrap::words}},
                            {"language", {"language"}}};
  add_resources(fields, catalogue);
  const std::vector<Field> more{
      {"counts", {"counts", Align::left, Wrap::words}}, {"features", {"features", Align::left, Wrap::words, 0, 1}},
      {"from", {"from", Align::left, Wrap::no, 1}},     {"until", {"until"}},
      {"days", {"days", Align::right, Wrap::no, 2}},    {"status", {"status", Align::left, Wrap::words}}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

/// The names of the items that are blocked in the last group of `ancestors`.
std::vector<std::string> blocked_items(const AncestorPath& ancestors, Day day) {
  const Catalogue& catalogue = ancestors.catalogue();
  std::vector<std::string> names;
  for (const ResourceId id : catalogue.counted_in_order()) {
    if (!find_blocks(ancestors, Item::counted(id), day).empty()) names.push_back(catalogue.counted()[id].name);
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    if (!find_blocks(ancestors, Item::feature(id), day).empty()) names.push_back(catalogue.features()[id]);
  }
  return names;
}

/// The value of `RESOURCE.FIGURE` or of a feature.
FieldValue value_of_item(const AncestorPath& ancestors, const std::string& key, Day day) {
  const Catalogue& catalogue = ancestors.catalogue();
  const std::size_t dot = key.find('.');
  if (dot == std::string::npos) {
    const bool is_enabled = state_of_feature(ancestors, *catalogue.find_feature(key), day).is_enabled;
    return {yes_no(is_enabled), std::nullopt,
            Cell{is_enabled ? "yes" : "blocked", is_enabled ? Style::green : Style::red}};
  }
  const CountedState state = state_of_counted(ancestors, *catalogue.find_counted(key.substr(0, dot)), day);
  const std::string figure = key.substr(dot + 1);
  if (figure == "used") return number_value(state.used);
  const auto& number = figure == "limit" ? state.limit : figure == "remaining" ? state.remaining : state.available;
  FieldValue value = number_value(number);
  if (!number) value.cell = Cell{"∞"};
  return value;
}

/// The fields of groups, with these figures of each counted resource.
std::vector<Field> fields_with(const std::vector<std::string>& figures, const Catalogue& catalogue) {
  std::vector<Field> fields{{"path", {"group", Align::left, Wrap::path}},
                            {"name", {"name", Align::left, Wrap::words}},
                            {"natural", {}, true},
                            {"kind", {"kind", Align::left, Wrap::words}},
                            {"labels", {"labels", Align::left, Wrap::words}},
                            {"language", {"language"}},
                            {"restriction", {"restriction", Align::left, Wrap::no, 0, 2}},
                            {"suspended", {"suspended"}},
                            {"children", {"children", Align::right}},
                            {"users", {"users", Align::right}},
                            {"licenses", {"licenses", Align::left, Wrap::words, 0, 1}},
                            {"remind-before", {"remind-before", Align::right}},
                            {"remind-repeat", {"remind-repeat"}},
                            {"remind-users", {"remind-users"}},
                            {"remind-low", {"remind-low", Align::right}}};
  add_states(fields, catalogue, figures);
  return fields;
}

std::vector<Field> group_fields(const Catalogue& catalogue) {
  return fields_with({"limit", "used", "remaining", "available"}, catalogue);
}

/// The value of a field of a group, or of its state on the shown day.
FieldValue value_of_group(const AncestorPath& ancestors, const std::string& key, Day day) {
  const PathNode& group = ancestors.back();
  const auto& reminder = group.traits.reminder;
  if (key == "path") return {ancestors.path()};
  if (key == "name" || key == "natural") return {group.name};
  if (key == "kind") return {group.traits.kind};
  if (auto label = find_label_value(group.traits.labels, key)) return *std::move(label);
  if (key == "language") return {std::string{group.traits.language.text()}};
  if (key == "restriction") return {std::string{word_for(group.traits.restriction)}};
  if (key == "suspended") {
    const bool is_suspended = group.traits.suspended;
    return {yes_no(is_suspended), std::nullopt, Cell{is_suspended ? "suspended" : "", Style::red}};
  }
  if (key == "children") return number_value(group.children);
  if (key == "users") return number_value(group.members);
  if (key == "licenses") return {join_license_names(group, ","), std::nullopt, Cell{join_license_names(group, ", ")}};
  const bool has_windows = reminder && !reminder->before.is_empty();
  if (key == "remind-before" && has_windows) return {reminder->before.text(","), reminder->before.days().front()};
  if (key == "remind-repeat" && has_windows) return {std::string{word_for(reminder->repeat)}};
  if (key == "remind-before" || key == "remind-repeat") return {};
  if (key == "remind-low") return reminder && reminder->low > 0 ? number_value(reminder->low) : FieldValue{};
  if (key == "remind-users") return {reminder ? yes_no(reminder->users) : ""};
  if (key == "blocked") {
    const std::vector<std::string> items = blocked_items(ancestors, day);
    return {fmt::format("{}", fmt::join(items, ",")), std::nullopt,
            Cell{fmt::format("{}", fmt::join(items, ", ")), Style::red}};
  }
  return value_of_item(ancestors, key, day);
}

}  // namespace

std::vector<Field> state_fields(const Catalogue& catalogue) {
  return fields_with({"limit", "used", "remaining", "available", "held", "idle"}, catalogue);
}

std::vector<Field> fields_of_list(std::string_view command, const Catalogue& catalogue) {
  if (command == "state") return state_fields(catalogue);
  if (command == "group list") return group_fields(catalogue);
  if (command == "license list") return license_fields(catalogue);
  if (command == "user list") return member_fields(catalogue);
  return {};
}

bool need_holdings(const ListOptions& options) {
  const auto names = [](const std::string& keys) {
    return keys.find(kHeld) != std::string::npos || keys.find(kIdle) != std::string::npos;
  };
  return names(options.columns.value_or("")) || std::any_of(options.sort.begin(), options.sort.end(), names);
}

FieldValue value_of_state(const AncestorPath& ancestors, const std::vector<Holding>* holdings, const std::string& key,
                          Day day) {
  const bool is_held = key.ends_with(kHeld);
  if (key.starts_with(kLabel) || (!is_held && !key.ends_with(kIdle))) return value_of_group(ancestors, key, day);
  const Holding& holding = holdings->at(*ancestors.catalogue().find_counted(key.substr(0, key.rfind('.'))));
  return number_value(is_held ? holding.held : holding.idle);
}

std::string tsv_day(Day day) { return day.is_finite() ? day.to_string() : ""; }

Style style_of(Status status) {
  switch (status) {
    case Status::active:
      return Style::green;
    case Status::pending:
      return Style::yellow;
    case Status::expired:
      return Style::red;
    case Status::out_of_force:
      break;
  }
  return Style::dim;
}

std::string tsv_counts(const Counts& counts, const Catalogue& catalogue) {
  std::vector<std::string> parts;
  for (const ResourceId id : catalogue.counted_in_order()) {
    if (counts[id] > 0) parts.push_back(fmt::format("{}={}", catalogue.counted()[id].name, counts[id]));
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

std::string tsv_features(const Features& features, const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const FeatureId id : catalogue.features_in_order()) {
    if (features.has(id)) names.push_back(catalogue.features()[id]);
  }
  return fmt::format("{}", fmt::join(names, ","));
}

FieldValue value_of_license(const AncestorPath& ancestors, const License& license, const std::string& key, Day day) {
  const Catalogue& catalogue = ancestors.catalogue();
  const Grant& grant = license.grant;
  if (key == "group") return {ancestors.path()};
  if (key == "kind") return {ancestors.back().traits.kind};
  if (key == "name" || key == "natural") return {license.name};
  if (key == "type") return {license.type};
  if (auto label = find_label_value(license.labels, key)) return *std::move(label);
  if (key == "counts") return {tsv_counts(grant.counts, catalogue)};
  if (key == "features") {
    return {tsv_features(grant.features, catalogue), std::nullopt, Cell{describe_features(grant.features, catalogue)}};
  }
  if (key == "from") return day_value(grant.period.from);
  if (key == "ends" || key == "days" || key == "until") {
    const auto last = last_day_of(ancestors, license);
    if (key == "days") return days_value(last, day);
    if (key == "ends") return last ? day_value(*last) : FieldValue{};
    FieldValue until = day_value(grant.period.until);
    if (until.text.empty()) until.cell = Cell{last ? last->to_string() + std::string{kInherited} : "open"};
    return until;
  }
  if (key == "status") return status_value(status_on(day, license, ancestors.back().traits.restriction), grant.period);
  return count_value(grant.counts[*catalogue.find_counted(key)]);
}

GroupList::GroupList(Context& context, const Catalogue& catalogue, const ListOptions& options)
    : context_(context),
      listing_(context, options, group_fields(catalogue),
               {"path", "kind", "restriction", "children", "users", "licenses", "suspended"},
               {"path", "kind", "restriction", "suspended", "children", "users", "licenses", "remind-before",
                "remind-repeat", "remind-users", "remind-low"}) {}

void GroupList::add(const AncestorPath& ancestors) {
  listing_.add([&](const std::string& key) { return value_of_group(ancestors, key, context_.shown_day()); },
               [&] { return json_of_group(ancestors); });
}

StateList::StateList(Context& context, const Catalogue& catalogue, const ListOptions& options)
    : context_(context), listing_(context, options, state_fields(catalogue), {"path"}, {"path"}) {}

void StateList::add(const AncestorPath& ancestors, const std::vector<Holding>* holdings) {
  listing_.add([&](const std::string& key) { return value_of_state(ancestors, holdings, key, context_.shown_day()); },
               [&] { return json_of_state(ancestors, context_.shown_day(), holdings); });
}

LicenseList::LicenseList(Context& context, const Catalogue& catalogue, const ListOptions& options)
    : context_(context),
      listing_(context, options, license_fields(catalogue),
               columns_around({"group", "name", "type"}, catalogue, {"features", "from", "until", "days", "status"}),
               {"group", "name", "type", "counts", "features", "from", "until", "status"}) {
  listing_.set_footnote(std::string{kInherited}, kInheritedNote);
}

void LicenseList::add(const AncestorPath& ancestors, const License& license) {
  const Day day = context_.shown_day();
  listing_.add([&](const std::string& key) { return value_of_license(ancestors, license, key, day); },
               [&] {
                 const Status status = status_on(day, license, ancestors.back().traits.restriction);
                 Json json = json_of_license(ancestors.path(), license, status, ancestors.catalogue());
                 const auto last = last_day_of(ancestors, license);
                 json["ends"] = last ? json_of_day(*last) : Json(nullptr);
                 return json;
               });
}

void LicenseList::finish(Depth depth) {
  listing_.finish(depth == Depth::subtree ? "no license" : "no license; -r also lists those of the groups below");
}

MemberList::MemberList(Context& context, const Catalogue& catalogue, const ListOptions& options)
    : context_(context),
      catalogue_(catalogue),
      listing_(context, options, member_fields(catalogue),
               columns_around({"group", "email", "name", "role"}, catalogue,
                              {"features", "from", "until", "days", "status"}),
               {"group", "email", "name", "role", "counts", "features", "from", "until", "status"}) {}

void MemberList::add(const std::string& group, const MembershipView& membership) {
  const Grant& grant = membership.grant;
  const Day day = context_.shown_day();
  const Status status = status_on(day, grant.period);
  const auto value = [&](const std::string& key) -> FieldValue {
    if (key == "group") return {group};
    if (key == "email") return {std::string{membership.email}};
    if (key == "name" || key == "natural") return {std::string{membership.name}};
    if (key == "role") return {std::string{word_for(membership.role)}};
    if (auto label = find_label_value(membership.labels, key)) return *std::move(label);
    if (key == "language") return {std::string{membership.language.text()}};
    if (key == "counts") return {tsv_counts(grant.counts, catalogue_)};
    if (key == "features") {
      if (membership.inherits_features) return {"*", std::nullopt, Cell{"all"}};
      const std::string shown = grant.features.is_empty() ? "none" : describe_features(grant.features, catalogue_);
      return {tsv_features(grant.features, catalogue_), std::nullopt, Cell{shown}};
    }
    if (key == "from") return day_value(grant.period.from);
    if (key == "until") return day_value(grant.period.until);
    if (key == "days") {
      const Day until = grant.period.until;
      return days_value(until.is_finite() ? std::optional{until} : std::nullopt, day);
    }
    if (key == "status") return status_value(status, grant.period);
    return count_value(grant.counts[*catalogue_.find_counted(key)]);
  };
  listing_.add(value, [&] { return json_of_membership(group, membership, status, catalogue_); });
}

void MemberList::finish(Depth depth) {
  listing_.finish(depth == Depth::subtree ? "no user" : "no user; -r also lists those of the groups below");
}

}  // namespace allot::cli
