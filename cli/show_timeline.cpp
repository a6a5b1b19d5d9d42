#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/json.hpp"
#include "cli/lists.hpp"
#include "cli/output/bar.hpp"
#include "cli/output/table.hpp"
#include "cli/output/tsv.hpp"
#include "cli/report.hpp"
#include "cli/show_state.hpp"

namespace allot::cli {
namespace {

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

void write_records(const AncestorPath& ancestors, const std::vector<Span>& spans, Context& context) {
  const Catalogue& catalogue = ancestors.catalogue();
  TsvWriter writer{context.out()};
  for (const Span& span : spans) {
    const std::string from = span.days.from.to_string();
    const std::string until = tsv_day(span.days.until);
    for (const ResourceId id : catalogue.counted_in_order()) {
      const Span::Figures& figures = span.counts[id];
      writer.write({from, until, catalogue.counted()[id].name, number_or(figures.limit, ""),
                    std::to_string(figures.used), number_or(figures.available, ""), "", ancestors.path()});
    }
    for (const FeatureId id : catalogue.features_in_order()) {
      writer.write(
          {from, until, catalogue.features()[id], "", "", "", span.features.has(id) ? "yes" : "no", ancestors.path()});
    }
  }
}

/// Says what begins and ends between the days before and after the beginning of a span: licences of the visible groups,
/// nearest first, and the use of the group itself.
std::string describe_causes(const AncestorPath& ancestors, const Span& before, const Span& span) {
  std::vector<std::string> causes;
  const Day first = span.days.from;
  for (std::size_t at = ancestors.size(); at-- > 0;) {
    if (!ancestors.is_visible(at) || !ancestors[at].is_restricted()) continue;
    const std::string of = at + 1 == ancestors.size() ? "" : " of " + ancestors.path_of(at);
    for (const License& license : ancestors[at].licenses) {
      const Period& period = license.grant.period;
      if (period.until.is_finite() && period.until.next() == first) causes.push_back(license.name + of + " ends");
      if (period.from == first) causes.push_back(license.name + of + " starts");
    }
  }
  const Catalogue& catalogue = ancestors.catalogue();
  for (const ResourceId id : catalogue.counted_in_order()) {
    const std::int64_t change = span.counts[id].used - before.counts[id].used;
    if (change == 0) continue;
    causes.push_back(fmt::format("{} used {:+}", catalogue.counted()[id].name, change));
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    if (span.features.has(id) == before.features.has(id)) continue;
    causes.push_back(catalogue.features()[id] + (span.features.has(id) ? " enabled" : " blocked"));
  }
  return causes.empty() ? "changes above" : fmt::format("{}", fmt::join(causes, ", "));
}

/// The features that are enabled in the first span.
std::string describe_first(const Span& span, const Catalogue& catalogue) {
  if (catalogue.features().empty()) return "";
  return span.features.is_empty() ? "no feature enabled" : describe_features(span.features, catalogue) + " enabled";
}

/// `120/250`, `blocked`, `120/∞`.
Cell figures_cell(const AncestorPath& ancestors, ResourceId id, const Span& span) {
  const Span::Figures& figures = span.counts[id];
  if (!find_blocks(ancestors, Item::counted(id), span.days.from).empty()) return {"blocked", Style::red};
  return {fmt::format("{}/{}", figures.used, number_or(figures.limit, "∞"))};
}

}  // namespace

void show_timeline(const AncestorPath& ancestors, Context& context) {
  const Catalogue& catalogue = ancestors.catalogue();
  const std::vector<Span> spans = make_timeline(ancestors, context.shown_day());
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_timeline(ancestors, spans), 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) return write_records(ancestors, spans, context);
  std::vector<Column> columns{{"days"}};
  for (const ResourceId id : catalogue.counted_in_order()) {
    columns.push_back({catalogue.counted()[id].name, Align::right});
    columns.push_back({"free", Align::right, Wrap::no, 1});
  }
  columns.push_back({"why", Align::left, Wrap::words, 0, 1});
  Table table{std::move(columns)};
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const Span& span = spans[i];
    std::vector<Cell> cells{{fmt::format("{}..{}", span.days.from.to_string(), tsv_day(span.days.until))}};
    for (const ResourceId id : catalogue.counted_in_order()) {
      cells.push_back(figures_cell(ancestors, id, span));
      cells.push_back({number_or(span.counts[id].available, "∞")});
    }
    cells.push_back({i == 0 ? describe_first(span, catalogue) : describe_causes(ancestors, spans[i - 1], span)});
    table.add_row(cells);
  }
  table.print(context.out(), context.out_capabilities());
}

}  // namespace allot::cli
