#include "cli/show_state.hpp"

#include <fmt/format.h>

#include "cli/output/bar.hpp"
#include "cli/output/dates.hpp"
#include "cli/output/table.hpp"
#include "cli/output/tsv.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kBarWidth = 16;

std::string number_or(const std::optional<std::int64_t>& number, const char* otherwise) {
  return number ? std::to_string(*number) : otherwise;
}

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

/// The used part of the shown limit. A group without its own limit shares the limit with other groups.
std::int64_t taken_of(const CountedState& state) {
  return state.limit && state.remaining && state.blocked_by.empty() ? *state.limit - *state.remaining : state.used;
}

using Holdings = std::vector<Holding>;  // one for each counted resource

/// Adds a row for each counted resource of the last group of `ancestors`; `holdings` may be null.
void add_rows(Table& table, const AncestorPath& ancestors, const std::string& group, const Holdings* holdings,
              Context& context) {
  const Catalogue& catalogue = ancestors.catalogue();
  const Day day = context.shown_day();
  for (const ResourceId id : catalogue.counted_in_order()) {
    const CountedState state = state_of_counted(ancestors, id, day);
    const bool is_blocked = !state.blocked_by.empty();
    const std::string source = state.limited_by ? ancestors.path_of(*state.limited_by) : "unlimited";
    std::vector<Cell> cells{{group},
                            {catalogue.counted()[id].name, Style::bold},
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

/// Adds a row for each feature of the last group of `ancestors`, after the cells `before`.
void add_feature_rows(Table& table, const AncestorPath& ancestors, const std::vector<Cell>& before, Context& context) {
  const Catalogue& catalogue = ancestors.catalogue();
  const Day day = context.shown_day();
  for (const FeatureId id : catalogue.features_in_order()) {
    const FeatureState state = state_of_feature(ancestors, id, day);
    std::string text = "enabled";
    if (state.until) text += " until " + describe_until(*state.until, day);
    if (!state.is_enabled) text = "blocked: " + describe_blocks(ancestors, state.blocked_by);
    std::vector<Cell> cells = before;
    cells.push_back({catalogue.features()[id], Style::bold});
    cells.push_back({text, state.is_enabled ? Style::green : Style::red});
    table.add_row(cells);
  }
}

void print_features(const Table& table, Context& context) {
  if (table.is_empty()) return;
  context.out() << '\n';
  table.print(context.out(), context.out_capabilities());
}

Table make_counts_table(const std::string& first, Held held) {
  std::vector<Column> columns{{first, Align::left, Shrink::middle},
                              {"resource"},
                              {"used", Align::right},
                              {"limit", Align::right},
                              {"", Align::left},
                              {"left", Align::right},
                              {"available", Align::right}};
  if (held == Held::shown) {
    columns.push_back({"held", Align::right});
    columns.push_back({"idle", Align::right});
  }
  columns.push_back({"limited by", Align::left, Shrink::middle});
  return Table{std::move(columns)};
}

void write_tsv_state(const AncestorPath& ancestors, const Holdings* holdings, Context& context) {
  const Catalogue& catalogue = ancestors.catalogue();
  const Day day = context.shown_day();
  const std::string group = ancestors.path();
  TsvWriter writer{context.out()};
  for (const ResourceId id : catalogue.counted_in_order()) {
    const CountedState state = state_of_counted(ancestors, id, day);
    std::vector<std::string> fields{group,
                                    catalogue.counted()[id].name,
                                    number_or(state.limit, ""),
                                    std::to_string(state.used),
                                    number_or(state.remaining, ""),
                                    number_or(state.available, ""),
                                    state.limited_by ? ancestors.path_of(*state.limited_by) : "",
                                    "",
                                    "",
                                    tsv_blocks(ancestors, state.blocked_by)};
    if (holdings != nullptr) {
      fields.push_back(std::to_string((*holdings)[id].held));
      fields.push_back(std::to_string((*holdings)[id].idle));
    }
    writer.write(fields);
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    const FeatureState state = state_of_feature(ancestors, id, day);
    std::vector<std::string> fields{group,
                                    catalogue.features()[id],
                                    "",
                                    "",
                                    "",
                                    "",
                                    "",
                                    state.is_enabled ? "yes" : "no",
                                    state.until ? state.until->to_string() : "",
                                    tsv_blocks(ancestors, state.blocked_by)};
    if (holdings != nullptr) fields.resize(fields.size() + 2);
    writer.write(fields);
  }
}

Json json_of_timeline(const AncestorPath& ancestors, const std::vector<Span>& spans) {
  const Catalogue& catalogue = ancestors.catalogue();
  Json json{{"group", ancestors.path()}, {"spans", Json::array()}};
  for (const Span& span : spans) {
    Json counts = Json::object();
    for (const ResourceId id : catalogue.counted_in_order()) {
      const Span::Figures& figures = span.counts[id];
      counts[catalogue.counted()[id].name] = {{"limit", json_of_optional(figures.limit)},
                                              {"used", figures.used},
                                              {"available", json_of_optional(figures.available)}};
    }
    json["spans"].push_back({{"from", json_of_day(span.days.from)},
                             {"until", json_of_day(span.days.until)},
                             {"counts", std::move(counts)},
                             {"features", json_of_features(span.features, catalogue)}});
  }
  return json;
}

}  // namespace

void show_state(const AncestorPath& ancestors, const std::vector<Holding>* holdings, Context& context) {
  const Day day = context.shown_day();
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_state(ancestors, day, holdings), 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) {
    write_tsv_state(ancestors, holdings, context);
    return;
  }
  const PathNode& group = ancestors.back();
  std::string what{word_for(group.traits.restriction)};
  if (!group.traits.kind.empty()) what = group.traits.kind + ", " + what;
  print_field(context, "group", fmt::format("{} ({})", ancestors.path(), what));
  if (group.traits.suspended) print_field(context, "suspended", "yes: everything in it and below is blocked");
  print_field(context, "on", day.to_string());
  context.out() << '\n';
  Table counts = make_counts_table("", holdings == nullptr ? Held::hidden : Held::shown);
  add_rows(counts, ancestors, "", holdings, context);
  counts.print(context.out(), context.out_capabilities());
  Table features{{{"feature"}, {"state", Align::left, Shrink::end}}};
  add_feature_rows(features, ancestors, {}, context);
  print_features(features, context);
  if (group.licenses.empty()) return;
  context.out() << '\n';
  LicenseList list{context};
  for (const License& license : group.licenses) list.add(ancestors, license);
  list.finish();
}

void show_states(const RootSelection& roots, std::optional<std::size_t> depth, Held held, View& view,
                 Context& context) {
  std::optional<JsonArray> json;
  if (context.format() == Format::json) json.emplace(context.out());
  Table table = make_counts_table("group", held);
  Table features{{{"group", Align::left, Shrink::middle}, {"feature"}, {"state", Align::left, Shrink::end}}};
  std::vector<Holdings> holdings;  // of the groups of a root in the order in which they are shown
  std::size_t next = 0;
  const auto show = [&](const AncestorPath& ancestors) {
    const Holdings* const own = held == Held::shown ? &holdings[next++] : nullptr;
    if (json) {
      json->add(json_of_state(ancestors, context.shown_day(), own));
    } else if (context.format() == Format::tsv) {
      write_tsv_state(ancestors, own, context);
    } else {
      add_rows(table, ancestors, ancestors.path(), own, context);
      add_feature_rows(features, ancestors, {{ancestors.path()}}, context);
    }
  };
  for (const Path& path : roots.in(view)) {
    if (held == Held::shown) holdings = view.holdings(path, depth, context.shown_day());
    next = 0;
    view.walk(path, depth, show);
  }
  if (json) json->finish();
  if (context.format() != Format::table) return;
  table.print(context.out(), context.out_capabilities());
  print_features(features, context);
}

void show_timeline(const AncestorPath& ancestors, Context& context) {
  const Catalogue& catalogue = ancestors.catalogue();
  const std::vector<Span> spans = make_timeline(ancestors, context.shown_day());
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_timeline(ancestors, spans), 2) << '\n';
    return;
  }
  TsvWriter writer{context.out()};
  Table table{{{"from"},
               {"until"},
               {"item"},
               {"used", Align::right},
               {"limit", Align::right},
               {"available", Align::right},
               {""}}};
  for (const Span& span : spans) {
    const std::string from = span.days.from.to_string();
    const std::string until = tsv_day(span.days.until);
    for (const ResourceId id : catalogue.counted_in_order()) {
      const Span::Figures& figures = span.counts[id];
      const std::string& item = catalogue.counted()[id].name;
      const bool has_own_limit = ancestors.back().is_restricted() || !figures.available;
      const std::int64_t taken = has_own_limit ? figures.used : *figures.limit - *figures.available;
      if (context.format() == Format::tsv) {
        writer.write({from, until, item, number_or(figures.limit, ""), std::to_string(figures.used),
                      number_or(figures.available, ""), "", ancestors.path()});
      } else {
        table.add_row({{from},
                       {until.empty() ? "open" : until},
                       {item, Style::bold},
                       {std::to_string(figures.used)},
                       {number_or(figures.limit, "∞")},
                       {number_or(figures.available, "∞")},
                       {bar(taken, figures.limit, kBarWidth), bar_style(taken, figures.limit)}});
      }
    }
    for (const FeatureId id : catalogue.features_in_order()) {
      const bool is_enabled = span.features.has(id);
      const std::string& item = catalogue.features()[id];
      if (context.format() == Format::tsv) {
        writer.write({from, until, item, "", "", "", is_enabled ? "yes" : "no", ancestors.path()});
      } else {
        table.add_row({{from},
                       {until.empty() ? "open" : until},
                       {item, Style::bold},
                       {""},
                       {""},
                       {""},
                       {is_enabled ? "enabled" : "blocked", is_enabled ? Style::green : Style::red}});
      }
    }
  }
  if (context.format() == Format::table) table.print(context.out(), context.out_capabilities());
}

}  // namespace allot::cli
