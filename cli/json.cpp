#include "cli/json.hpp"

#include "cli/exit_code.hpp"

namespace allot::cli {
namespace {

using Object = Json::object_t;

/// Adds new keys with their values. Used for the output of many groups, as an initializer list would copy the values.
void put(Object&) {}
template <typename Value, typename... More>
void put(Object& object, const std::string& key, Value&& value, More&&... more) {
  object.emplace_back(key, std::forward<Value>(value));
  put(object, std::forward<More>(more)...);
}

template <typename... Entries>
Object object_of(Entries&&... entries) {
  Object object;
  object.reserve(sizeof...(entries));
  put(object, std::forward<Entries>(entries)...);
  return object;
}

Object json_of_counts(const Counts& counts, const Catalogue& catalogue) {
  Object json;
  for (const ResourceId id : catalogue.counted_in_order()) put(json, catalogue.counted()[id].name, counts[id]);
  return json;
}

/// Adds `counts`, `features`, `from` and `until` to `json`; `features` is null if they are inherited.
void put_grant(Object& json, const Grant& grant, bool inherits, const Catalogue& catalogue) {
  put(json, "counts", json_of_counts(grant.counts, catalogue), "features",
      inherits ? Json(nullptr) : json_of_features(grant.features, catalogue), "from", json_of_day(grant.period.from),
      "until", json_of_day(grant.period.until));
}

Json json_of_reminder(const std::optional<Reminder>& reminder) {
  if (!reminder) return nullptr;
  const auto days = reminder->before.days();
  Json before;
  if (days.size() == 1) before = days.front();
  if (days.size() > 1) before = std::vector<int>(days.begin(), days.end());
  return {{"before", std::move(before)},
          {"repeat", days.empty() ? Json(nullptr) : Json(word_for(reminder->repeat))},
          {"users", reminder->users},
          {"low", reminder->low == 0 ? Json(nullptr) : Json(reminder->low)}};
}

Json json_of_text(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Object json_of_labels(const Labels& labels) {
  Object json;
  labels.for_each([&](std::string_view key, std::string_view value) { put(json, std::string{key}, value); });
  return json;
}

Json json_of_counters(const Counters& counters) {
  return {{"groups", counters.groups},
          {"licenses", counters.licenses},
          {"memberships", counters.memberships},
          {"catalog", counters.catalog},
          {"templates", counters.templates}};
}

Json json_of_holders(const Holders& holders) {
  Json json = Json::array();
  for (const Holder& holder : holders.listed) json.push_back({{"by", holder.by}, {"count", holder.count}});
  return json;
}

Json json_of_violation(const Violation& violation) {
  Json json{{"rule", violation.rule},
            {"group", violation.group},
            {"item", json_of_text(violation.item)},
            {"from", json_of_day(violation.span.from)},
            {"until", json_of_day(violation.span.until)},
            {"limit", json_of_optional(violation.limit)},
            {"requested", json_of_optional(violation.requested)},
            {"accepted", json_of_optional(violation.accepted)},
            {"by", json_of_text(violation.by)},
            {"allotted", json_of_optional(violation.allotted)}};
  json["holders"] = json_of_holders(violation.holders);
  json["holders_total"] = violation.holders.total;
  if (violation.asking.total > 0) {
    json["asking"] = json_of_holders(violation.asking);
    json["asking_total"] = violation.asking.total;
  }
  json["idle"] = Json::array();
  for (const IdleGroup& each : violation.idle) json["idle"].push_back({{"group", each.group}, {"idle", each.idle}});
  json["message"] = violation.message;
  return json;
}

Json json_of_effect(const Effect& effect) {
  return {{"item", effect.item},
          {"change", effect.change == Effect::Change::blocked ? "blocked" : "unblocked"},
          {"groups", effect.groups},
          {"memberships", effect.memberships},
          {"from", json_of_day(effect.span.from)},
          {"until", json_of_day(effect.span.until)},
          {"by", effect.by}};
}

const char* word_for(Op op) {
  return op == Op::create ? "create" : op == Op::update ? "update" : op == Op::remove ? "remove" : "keep";
}

const char* word_for(What what) {
  return what == What::group        ? "group"
         : what == What::license    ? "license"
         : what == What::membership ? "membership"
         : what == What::catalog    ? "catalog"
                                    : "template";
}

Json json_of_left(const LeftItem& item) {
  return {{"what", word_for(item.what)},
          {"group", item.path},
          {item.what == What::license ? "name" : "email", item.name},
          {"until", json_of_day(item.until)}};
}

}  // namespace

Json json_of_day(Day day) { return day.is_finite() ? Json(day.to_string()) : Json(nullptr); }

std::string to_text(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void JsonArray::add_text(std::string_view element) {
  out_ << (is_empty_ ? "\n " : ",\n ") << element;
  is_empty_ = false;
}

Json json_of_features(const Features& features, const Catalogue& catalogue) {
  Json json = Json::array();
  for (const FeatureId id : catalogue.features_in_order()) {
    if (features.has(id)) json.push_back(catalogue.features()[id]);
  }
  return json;
}

Json json_of_license(const std::string& group, const License& license, Status status, const Catalogue& catalogue) {
  Object json =
      object_of("group", group, "name", license.name, "type", license.type, "labels", json_of_labels(license.labels));
  put_grant(json, license.grant, false, catalogue);
  put(json, "status", word_for(status));
  return json;
}

Json json_of_membership(const std::string& group, const MembershipView& membership, Status status,
                        const Catalogue& catalogue) {
  Object json = object_of("group", group, "email", membership.email, "name", membership.name, "role",
                          word_for(membership.role), "labels", json_of_labels(membership.labels));
  put_grant(json, membership.grant, membership.inherits_features, catalogue);
  put(json, "status", word_for(status));
  return json;
}

Json json_of_group(const AncestorPath& ancestors) {
  const PathNode& group = ancestors.back();
  Json json{{"path", ancestors.path()},
            {"name", group.name},
            {"kind", json_of_text(group.traits.kind)},
            {"labels", json_of_labels(group.traits.labels)},
            {"restriction", word_for(group.traits.restriction)},
            {"suspended", group.traits.suspended},
            {"reminder", json_of_reminder(group.traits.reminder)},
            {"children", group.children},
            {"members", group.members}};
  json["licenses"] = Json::array();
  for (const License& license : group.licenses) json["licenses"].push_back(license.name);
  return json;
}

Json json_of_blocks(const AncestorPath& ancestors, const std::vector<Block>& blocks) {
  Json json = Json::array();
  for (const Block& block : blocks) {
    json.push_back(object_of("group", ancestors.path_of(block.at), "reason", word_for(block.reason), "date",
                             block.date ? json_of_day(*block.date) : Json(nullptr)));
  }
  return json;
}

Json json_of_licenses(const AncestorPath& ancestors, Day day) {
  const PathNode& group = ancestors.back();
  Json json = Json::array();
  for (const License& license : group.licenses) {
    json.push_back(json_of_license(ancestors.path(), license, status_on(day, license, group.traits.restriction),
                                   ancestors.catalogue()));
  }
  return json;
}

Json json_of_state(const AncestorPath& ancestors, Day day, const std::vector<Holding>* holdings) {
  const Catalogue& catalogue = ancestors.catalogue();
  const GroupTraits& traits = ancestors.back().traits;
  Object counts;
  for (const ResourceId id : catalogue.counted_in_order()) {
    const CountedState state = state_of_counted(ancestors, id, day);
    Object figures =
        object_of("limit", json_of_optional(state.limit), "limited_by",
                  state.limited_by ? Json(ancestors.path_of(*state.limited_by)) : Json(nullptr), "used", state.used,
                  "remaining", json_of_optional(state.remaining), "available", json_of_optional(state.available),
                  "blocked_by", json_of_blocks(ancestors, state.blocked_by));
    if (holdings != nullptr) put(figures, "held", (*holdings)[id].held, "idle", (*holdings)[id].idle);
    put(counts, catalogue.counted()[id].name, std::move(figures));
  }
  Object features;
  for (const FeatureId id : catalogue.features_in_order()) {
    const FeatureState state = state_of_feature(ancestors, id, day);
    put(features, catalogue.features()[id],
        object_of("enabled", state.is_enabled, "until", state.until ? json_of_day(*state.until) : Json(nullptr),
                  "blocked_by", json_of_blocks(ancestors, state.blocked_by)));
  }
  return object_of("group", ancestors.path(), "at", json_of_day(day), "restriction", word_for(traits.restriction),
                   "suspended", traits.suspended, "counts", std::move(counts), "features", std::move(features),
                   "licenses", json_of_licenses(ancestors, day));
}

Json json_of_user(const UserState& user, Day day, const Catalogue& catalogue) {
  Json json{{"email", user.email}, {"name", user.name}, {"at", json_of_day(day)}};
  json["memberships"] = Json::array();
  for (const PlacedMembership& placed : user.memberships) {
    json["memberships"].push_back(
        json_of_membership(placed.group.to_string(), placed.membership, placed.status, catalogue));
  }
  Json counts = Json::object();
  for (const ResourceId id : catalogue.counted_in_order()) {
    Json from = Json::object();
    for (const auto& [group, count] : user.counts[id].from) from[group] = count;
    counts[catalogue.counted()[id].name] = {{"total", user.counts[id].total}, {"from", std::move(from)}};
  }
  Json features = Json::object();
  for (const FeatureId id : catalogue.features_in_order()) {
    if (!user.features[id].empty()) features[catalogue.features()[id]] = user.features[id];
  }
  json["entitlement"] = {{"counts", std::move(counts)}, {"features", std::move(features)}};
  return json;
}

Json json_of_outcome(const Outcome& outcome) {
  Json json{{"revision", outcome.revision},
            {"created", json_of_counters(outcome.created)},
            {"updated", json_of_counters(outcome.updated)},
            {"removed", json_of_counters(outcome.removed)},
            {"unchanged", json_of_counters(outcome.unchanged)},
            {"notes", outcome.notes}};
  json["effects"] = Json::array();
  for (const Effect& effect : outcome.effects) json["effects"].push_back(json_of_effect(effect));
  if (outcome.left) {
    json["left"] = Json::array();
    for (const LeftItem& each : *outcome.left) json["left"].push_back(json_of_left(each));
  }
  for (const GrantedCount& each : outcome.granted) {
    json["granted"].push_back({{"what", word_for(each.what)},
                               {"path", each.path},
                               {"name", each.name},
                               {"item", each.item},
                               {"count", each.count}});
  }
  if (outcome.is_dry_run) json["dry_run"] = true;
  return json;
}

Json json_of_item(const ItemState& item, const Catalogue& catalogue) {
  Json json;
  if (const auto* group = std::get_if<GroupState>(&item)) {
    json = {{"path", group->path},
            {"kind", json_of_text(group->traits.kind)},
            {"labels", json_of_labels(group->traits.labels)},
            {"restriction", word_for(group->traits.restriction)},
            {"suspended", group->traits.suspended},
            {"reminder", json_of_reminder(group->traits.reminder)}};
  } else if (const auto* license = std::get_if<License>(&item)) {
    Object object = object_of("name", license->name, "type", license->type, "labels", json_of_labels(license->labels));
    put_grant(object, license->grant, false, catalogue);
    json = std::move(object);
  } else if (const auto* member = std::get_if<Membership>(&item)) {
    Object object = object_of("email", member->email, "name", member->name, "role", word_for(member->role), "labels",
                              json_of_labels(member->labels));
    put_grant(object, member->grant, member->inherits_features, catalogue);
    json = std::move(object);
  } else if (const auto* entry = std::get_if<EntryState>(&item)) {
    json = {{"kind", entry->is_counted ? "counted" : "feature"}, {"requires", json_of_text(entry->required)}};
  } else if (const auto* letter = std::get_if<TemplateText>(&item)) {
    json = {{"subject", letter->subject}, {"body", letter->body}, {"html", json_of_optional(letter->html)}};
  }
  return json;
}

Json json_of_changes(const std::vector<Change>& changes, const Catalogue& catalogue) {
  Json json = Json::array();
  for (const Change& change : changes) {
    json.push_back({{"op", word_for(change.op)},
                    {"what", word_for(change.what)},
                    {"path", json_of_text(change.path)},
                    {"name", json_of_text(change.name)},
                    {"before", json_of_item(change.before, catalogue)},
                    {"after", json_of_item(change.after, catalogue)}});
  }
  return json;
}

Json json_of_error(const Error& error) {
  Json json{{"code", code_of(error.kind())},
            {"exit", static_cast<int>(exit_code_of(error.kind()))},
            {"message", error.message()}};
  if (!error.hint().empty()) json["hint"] = error.hint();
  if (error.kind() == ErrorKind::refused) {
    json["violations"] = Json::array();
    for (const Violation& each : error.violations().listed()) json["violations"].push_back(json_of_violation(each));
    json["total"] = error.violations().total();
    if (!error.notes().empty()) json["notes"] = error.notes();
  }
  if (error.kind() == ErrorKind::too_many_removals) {
    const auto& [groups, licenses, memberships] = error.removed();
    json["removed"] = {{"groups", groups}, {"licenses", licenses}, {"memberships", memberships}};
  }
  if (!error.problems().empty()) {
    json["problems"] = Json::array();
    for (const Problem& each : error.problems()) {
      json["problems"].push_back(
          {{"file", each.file}, {"line", each.line}, {"column", each.column}, {"message", each.message}});
    }
    json["total"] = error.problems_total();
  }
  return {{"error", std::move(json)}};
}

}  // namespace allot::cli
