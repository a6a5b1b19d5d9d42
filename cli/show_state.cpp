#include "cli/show_state.hpp"

#include <fmt/format.h>

#include "cli/lists.hpp"
#include "cli/output/bar.hpp"
#include "cli/output/dates.hpp"
#include "cli/output/table.hpp"
#include "cli/output/tsv.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kBarWidth = 16;

std::string describe_blocks(const AncestorPath& ancestors, const std::vector<Block>& blocks) {
  std::vector<std::string> parts;
  for (const Block& block : blocks)
    parts.push_back(fmt::format("{} {}", ancestors.path_of(block.at), describe_reason(block)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string tsv_blocks(const AncestorPath& ancestors, const std::vector<Block>& blocks) {
  std::vector<std::string> parts;
  for (const Block& block : blocks) {
    parts.push_back(fmt::format("{}:{}:{}", ancestors.path_of(block.at), word_for(block.reason),
                                block.date ? block.date->to_string() : ""));
  }
  return fmt::format("{}", fmt::join(parts, " "));
}

using Holdings = std::vector<Holding>;  // one for each counted resource

/// Adds a row for each counted resource of the last group of `ancestors`; `holdings` may be null.
void add_rows(Table& table, const AncestorPath& ancestors, const Holdings* holdings, Context& context) {
  const Catalogue& catalogue = ancestors.catalogue();
  const Day day = context.shown_day();
  for (const ResourceId id : catalogue.counted_in_order()) {
    const CountedState state = state_of_counted(ancestors, id, day);
    const bool is_blocked = !state.blocked_by.empty();
    const std::string source = state.limited_by ? ancestors.path_of(*state.limited_by) : "unlimited";
    std::vector<Cell> cells{{catalogue.counted()[id].name, Style::bold},
                            {std::to_string(state.used)},
                            {number_or(state.limit, "∞")},
                            {bar(taken_of(state), state.limit, kBarWidth), bar_style(taken_of(state), state.limit)},
                            {number_or(state.remaining, "∞")},
                            {number_or(state.available, "∞")}};
    if (holdings != nullptr) {
      cells.push_back({std::to_string((*holdings)[id].held)});
      cells.push_back({std::to_string((*holdings)[id].idle)});
    }
    cells.push_back({is_blocked ? "blocked: " + describe_blocks(ancestors, state.blocked_by) : source,
                     is_blocked ? Style::red : Style::plain});
    table.add_row(cells);
  }
}

/// Adds a row for each feature of the last group of `ancestors`.
void add_feature_rows(Table& table, const AncestorPath& ancestors, Context& context) {
  const Catalogue& catalogue = ancestors.catalogue();
  const Day day = context.shown_day();
  for (const FeatureId id : catalogue.features_in_order()) {
    const FeatureState state = state_of_feature(ancestors, id, day);
    std::string text = "enabled";
    if (state.until) text += " until " + describe_until(*state.until, day);
    if (!state.is_enabled) text = "blocked: " + describe_blocks(ancestors, state.blocked_by);
    table.add_row({{catalogue.features()[id], Style::bold}, {text, state.is_enabled ? Style::green : Style::red}});
  }
}

}  // namespace

std::string number_or(const std::optional<std::int64_t>& number, const char* otherwise) {
  return number ? std::to_string(*number) : otherwise;
}

std::int64_t taken_of(const CountedState& state) {
  return state.limit && state.remaining && state.blocked_by.empty() ? *state.limit - *state.remaining : state.used;
}

std::vector<std::string> state_record_keys(Held held) {
  std::vector<std::string> keys{"group",     "item",       "limit",   "used",  "remaining",
                                "available", "limited_by", "enabled", "until", "blocked_by"};
  if (held == Held::shown) keys.insert(keys.end(), {"held", "idle"});
  return keys;
}

void write_state_records(const AncestorPath& ancestors, const Holdings* holdings, Context& context, std::ostream& out) {
  const Catalogue& catalogue = ancestors.catalogue();
  const Day day = context.shown_day();
  const std::string group = ancestors.path();
  const auto write = [&](std::vector<std::string> fields, const Holding* holding) {
    if (holdings != nullptr) {
      fields.push_back(holding == nullptr ? "" : std::to_string(holding->held));
      fields.push_back(holding == nullptr ? "" : std::to_string(holding->idle));
    }
    context.format() == Format::csv ? write_csv(out, fields) : TsvWriter{out}.write(fields);
  };
  for (const ResourceId id : catalogue.counted_in_order()) {
    const CountedState state = state_of_counted(ancestors, id, day);
    write(
        {group, catalogue.counted()[id].name, number_or(state.limit, ""), std::to_string(state.used),
         number_or(state.remaining, ""), number_or(state.available, ""),
         state.limited_by ? ancestors.path_of(*state.limited_by) : "", "", "", tsv_blocks(ancestors, state.blocked_by)},
        holdings == nullptr ? nullptr : &(*holdings)[id]);
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    const FeatureState state = state_of_feature(ancestors, id, day);
    write({group, catalogue.features()[id], "", "", "", "", "", state.is_enabled ? "yes" : "no",
           state.until ? state.until->to_string() : "", tsv_blocks(ancestors, state.blocked_by)},
          nullptr);
  }
}

void show_state(const AncestorPath& ancestors, const Holdings* holdings, Context& context) {
  const Day day = context.shown_day();
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_state(ancestors, day, holdings), 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) {
    write_state_records(ancestors, holdings, context, context.out());
    return;
  }
  const PathNode& group = ancestors.back();
  std::string what{word_for(group.traits.restriction)};
  if (!group.traits.kind.empty()) what = group.traits.kind + ", " + what;
  print_field(context, "group", fmt::format("{} ({})", ancestors.path(), what));
  if (group.traits.suspended) print_field(context, "suspended", "yes: everything in it and below is blocked");
  print_field(context, "on", day.to_string());
  context.out() << '\n';
  std::vector<Column> columns{{"resource"},
                              {"used", Align::right},
                              {"limit", Align::right},
                              {"", Align::left, Wrap::no, 1},
                              {"remaining", Align::right},
                              {"available", Align::right}};
  if (holdings != nullptr) {
    columns.push_back({"held", Align::right});
    columns.push_back({"idle", Align::right});
  }
  columns.push_back({"limited by", Align::left, Wrap::words});
  Table counts{std::move(columns)};
  add_rows(counts, ancestors, holdings, context);
  counts.print(context.out(), context.out_capabilities());
  Table features{{{"feature"}, {"state", Align::left, Wrap::words}}};
  add_feature_rows(features, ancestors, context);
  if (!features.is_empty()) {
    context.out() << '\n';
    features.print(context.out(), context.out_capabilities());
  }
  if (group.licenses.empty()) return;
  context.out() << '\n';
  LicenseList list{context, ancestors.catalogue()};
  for (const License& license : group.licenses) list.add(ancestors, license);
  list.finish();
}

}  // namespace allot::cli
