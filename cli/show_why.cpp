#include <fmt/format.h>

#include <algorithm>

#include "cli/output/dates.hpp"
#include "cli/output/table.hpp"
#include "cli/output/tsv.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"
#include "cli/show_state.hpp"

namespace allot::cli {
namespace {

/// The effect of one group of the ancestor path on the item.
struct Step {
  std::size_t at = 0;
  bool bounds = false;
  std::optional<Block> block;
  std::optional<Bound> bound;  ///< of a restricted group, for a counted resource
  std::vector<const License*> licenses;
};

bool has_item(const License& license, const Item& item) {
  return item.kind == Item::Kind::counted ? license.grant.counts[item.id] > 0 : license.grant.features.has(item.id);
}

/// The groups from the last of `ancestors` up to `/`. Adjacent groups that are not visible form one step, with the
/// block of the nearest of them that blocks.
std::vector<Step> walk_up(const AncestorPath& ancestors, const Item& item, Day day) {
  std::vector<Step> steps;
  bool still_bounds = true;
  for (std::size_t at = ancestors.size(); at-- > 0;) {
    const PathNode& link = ancestors[at];
    Step step;
    step.at = at;
    step.block = find_block(ancestors, at, item, day);
    if (!ancestors.is_visible(at)) {
      const bool bounds = link.is_restricted() && still_bounds;
      if (link.traits.restriction == Restriction::reserved) still_bounds = false;
      if (at + 1 == ancestors.size() || ancestors.is_visible(at + 1)) steps.push_back(Step{at, false, {}, {}, {}});
      steps.back().bounds |= bounds;
      if (!steps.back().block) steps.back().block = step.block;
      continue;
    }
    if (link.is_restricted()) {
      step.bounds = still_bounds;
      if (link.traits.restriction == Restriction::reserved) still_bounds = false;
      if (item.kind == Item::Kind::counted) step.bound = bound_of(ancestors, at, item.id, day);
      for (const License& license : link.licenses) {
        if (has_item(license, item)) step.licenses.push_back(&license);
      }
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

/// The allotted count of a resource in a visible group; nullopt otherwise.
std::optional<std::int64_t> used_in(const AncestorPath& ancestors, const Step& step, const Item& item, Day day) {
  if (item.kind != Item::Kind::counted || !ancestors.is_visible(step.at)) return std::nullopt;
  return ancestors[step.at].allotted[item.id].at(day);
}

/// What is left of a limit; a licence that ended may leave less than nothing.
std::int64_t free_of(const Bound& bound) { return std::max<std::int64_t>(bound.free(), 0); }

std::string text_of(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : ""; }

std::string restriction_of(const AncestorPath& ancestors, const Step& step) {
  return ancestors.is_visible(step.at) ? std::string{word_for(ancestors[step.at].traits.restriction)} : "";
}

Json json_of_why(const AncestorPath& ancestors, const std::vector<Step>& steps, const Item& item, Day day) {
  const bool is_counted = item.kind == Item::Kind::counted;
  Json json{{"group", ancestors.path()},
            {"at", json_of_day(day)},
            {"item", name_of(ancestors.catalogue(), item)},
            {"kind", is_counted ? "counted" : "feature"}};
  if (is_counted) {
    const CountedState state = state_of_counted(ancestors, item.id, day);
    json["limit"] = json_of_optional(state.limit);
    json["limited_by"] = state.limited_by ? Json(ancestors.path_of(*state.limited_by)) : Json(nullptr);
    json["used"] = state.used;
    json["available"] = json_of_optional(state.available);
  } else {
    const FeatureState state = state_of_feature(ancestors, item.id, day);
    json["enabled"] = state.is_enabled;
    json["until"] = state.until ? json_of_day(*state.until) : Json(nullptr);
  }
  json["blocked_by"] = json_of_blocks(ancestors, find_blocks(ancestors, item, day));
  json["chain"] = Json::array();
  for (const Step& step : steps) {
    const GroupTraits& traits = ancestors[step.at].traits;
    const bool is_visible = ancestors.is_visible(step.at);
    Json entry{{"group", ancestors.path_of(step.at)},
               {"restriction", is_visible ? Json(word_for(traits.restriction)) : Json(nullptr)},
               {"suspended", is_visible ? Json(traits.suspended) : Json(nullptr)},
               {"bounds", step.bounds},
               {"blocks", nullptr}};
    if (step.block) {
      entry["blocks"] = {{"reason", word_for(step.block->reason)},
                         {"date", step.block->date ? json_of_day(*step.block->date) : Json(nullptr)}};
    }
    if (is_counted) {
      entry["limit"] = step.bound ? Json(step.bound->limit) : Json(nullptr);
      entry["used"] = json_of_optional(used_in(ancestors, step, item, day));
      entry["free"] = step.bound ? Json(free_of(*step.bound)) : Json(nullptr);
    }
    entry["licenses"] = Json::array();
    for (const License* license : step.licenses) {
      entry["licenses"].push_back(json_of_license(ancestors.path_of(step.at), *license,
                                                  status_on(day, *license, traits.restriction), ancestors.catalogue()));
    }
    json["chain"].push_back(std::move(entry));
  }
  return json;
}

void write_tsv(const AncestorPath& ancestors, const std::vector<Step>& steps, const Item& item, Context& context) {
  const Day day = context.shown_day();
  TsvWriter writer{context.out()};
  for (const Step& step : steps) {
    writer.write({ancestors.path_of(step.at), restriction_of(ancestors, step), step.bounds ? "yes" : "no",
                  step.block ? std::string{word_for(step.block->reason)} : "",
                  step.block && step.block->date ? step.block->date->to_string() : "",
                  step.bound ? std::to_string(step.bound->limit) : "", text_of(used_in(ancestors, step, item, day)),
                  step.bound ? std::to_string(free_of(*step.bound)) : ""});
  }
}

/// The effect of a group on the item in words: it blocks, has the least free, bounds, or none.
Cell status_cell(const Step& step, bool is_tightest) {
  if (step.block) return {"blocks: " + describe_reason(*step.block), Style::red};
  if (is_tightest) return {"limits: least free here", Style::yellow};
  return {step.bounds ? "limits" : "", Style::plain};
}

void print_conclusion(const AncestorPath& ancestors, const Item& item, Context& context) {
  const Day day = context.shown_day();
  const std::string& name = name_of(ancestors.catalogue(), item);
  if (item.kind == Item::Kind::counted) {
    const CountedState state = state_of_counted(ancestors, item.id, day);
    const std::string left = state.available ? std::to_string(*state.available) : "any number";
    print_field(
        context, name,
        state.blocked_by.empty() ? fmt::format("{} used, {} more can be granted", state.used, left) : "blocked");
  } else {
    const FeatureState state = state_of_feature(ancestors, item.id, day);
    std::string text = state.is_enabled ? "enabled" : "blocked";
    if (state.until) text += " until " + describe_until(*state.until, day);
    print_field(context, name, text);
  }
}

}  // namespace

void show_why(const AncestorPath& ancestors, const Item& item, Context& context) {
  const Day day = context.shown_day();
  const std::vector<Step> steps = walk_up(ancestors, item, day);
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_why(ancestors, steps, item, day), 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) {
    write_tsv(ancestors, steps, item, context);
    return;
  }
  print_field(context, "group", ancestors.path());
  print_field(context, "on", day.to_string());
  print_conclusion(ancestors, item, context);
  context.out() << '\n';
  const bool is_counted = item.kind == Item::Kind::counted;
  const auto tightest = is_counted ? find_tightest(ancestors, item.id, day) : std::nullopt;
  Table table{{{"group", Align::left, Wrap::path},
               {"restriction", Align::left, Wrap::no, 1},
               {"limit", Align::right},
               {"used", Align::right},
               {"free", Align::right},
               {"effect", Align::left, Wrap::words},
               {"licenses", Align::left, Wrap::words}}};
  for (const Step& step : steps) {
    std::vector<std::string> licenses;
    for (const License* license : step.licenses) {
      const std::string count = is_counted ? fmt::format(" {}", license->grant.counts[item.id]) : "";
      licenses.push_back(fmt::format("{}{} {}", license->name, count, describe_period(license->grant.period, day)));
    }
    const bool is_tightest = tightest && (tightest == step.at || !ancestors.is_visible(std::max(step.at, *tightest)));
    table.add_row({{ancestors.path_of(step.at)},
                   {restriction_of(ancestors, step)},
                   {step.bound ? std::to_string(step.bound->limit) : ""},
                   {text_of(used_in(ancestors, step, item, day))},
                   {step.bound ? std::to_string(free_of(*step.bound)) : ""},
                   status_cell(step, is_tightest),
                   {fmt::format("{}", fmt::join(licenses, "; "))}});
  }
  table.print(context.out(), context.out_capabilities());
}

}  // namespace allot::cli
