#include "libcore/model/in_force.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace allot {
namespace {

bool has_item(const License& license, const Item& item) {
  return item.kind == Item::Kind::counted ? license.grant.counts[item.id] > 0 : license.grant.features.has(item.id);
}

/// Returns for each day the number of licences in `licenses` that contain `item`.
Timeline days_of(const std::vector<License>& licenses, const Item& item) {
  TimelineBuilder builder;
  for (const License& license : licenses) {
    if (has_item(license, item)) builder.add(license.grant.period, 1);
  }
  return builder.build();
}

/// Returns the last day of the run of days from `day` on with a value above 0 in `days`.
Day end_of_run(const Timeline& days, Day day) {
  Day end = Day::forever();
  for_each_span(days, Timeline{}, Period{day, Day::forever()},
                [&](const Period& span, std::int64_t count, std::int64_t) {
                  if (count > 0) return true;
                  end = span.from.previous();
                  return false;
                });
  return end;
}

/// Adds the first day of `period` and the day after its last to `days`.
void add_borders(const Period& period, std::vector<Day>& days) {
  if (period.from.is_finite()) days.push_back(period.from);
  if (period.until.is_finite()) days.push_back(period.until.next());
}

/// Returns the days after `day` on which a figure of the last group can change, in order.
std::vector<Day> find_changes(const AncestorPath& ancestors, Day day) {
  std::vector<Day> days{day};
  for (std::size_t at = 0; at < ancestors.size(); ++at) {
    const PathNode& node = ancestors[at];
    if (node.is_restricted()) {
      for (const License& license : node.licenses) add_borders(license.grant.period, days);
    }
    for (ResourceId id = 0; id < node.allotted.end(); ++id) {
      for (const Timeline::Step& step : node.allotted[id].steps()) days.push_back(step.from);
    }
  }
  std::erase_if(days, [&](Day each) { return each < day || each > Day::last(); });
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

}  // namespace

std::string_view word_for(Status status) {
  static constexpr std::string_view kWords[] = {"active", "pending", "expired", "out-of-force"};
  return kWords[static_cast<std::size_t>(status)];
}

std::string_view word_for(BlockReason reason) {
  static constexpr std::string_view kWords[] = {"suspended", "not-licensed", "not-yet-valid", "expired"};
  return kWords[static_cast<std::size_t>(reason)];
}

std::string describe_reason(const Block& block) {
  std::string text{word_for(block.reason)};
  if (!block.date) return text;
  const char* const day = block.reason == BlockReason::expired ? "last" : "first";
  return fmt::format("{} ({} day {})", text, day, block.date->to_string());
}

Status status_on(Day day, const Period& period) {
  if (day < period.from) return Status::pending;
  return day > period.until ? Status::expired : Status::active;
}

Status status_on(Day day, const License& license, Restriction restriction) {
  return restriction == Restriction::none ? Status::out_of_force : status_on(day, license.grant.period);
}

std::optional<Block> find_block(const AncestorPath& ancestors, std::size_t at, const Item& item, Day day) {
  const PathNode& node = ancestors[at];
  if (node.traits.suspended) return Block{at, BlockReason::suspended, std::nullopt};
  if (!node.is_restricted()) return std::nullopt;
  std::optional<Day> starts;
  std::optional<Day> ended;
  for (const License& license : node.licenses) {
    if (!has_item(license, item)) continue;
    const Period& period = license.grant.period;
    if (period.contains(day)) return std::nullopt;
    if (day < period.from) starts = std::min(starts.value_or(period.from), period.from);
    if (day > period.until) ended = std::max(ended.value_or(period.until), period.until);
  }
  if (starts) return Block{at, BlockReason::not_yet_valid, starts};
  if (ended) return Block{at, BlockReason::expired, ended};
  return Block{at, BlockReason::not_licensed, std::nullopt};
}

std::vector<Block> find_blocks(const AncestorPath& ancestors, const Item& item, Day day) {
  std::vector<Block> blocks;
  for (std::size_t at = ancestors.size(); at-- > 0;) {
    const auto block = find_block(ancestors, at, item, day);
    if (!block) continue;
    blocks.push_back(*block);
    if (!ancestors.is_visible(at)) break;
  }
  return blocks;
}

Bound bound_of(const AncestorPath& ancestors, std::size_t at, ResourceId id, Day day) {
  const PathNode& node = ancestors[at];
  return {node.capacity->limits[id].at(day), node.allotted[id].at(day)};
}

std::optional<std::size_t> find_tightest(const AncestorPath& ancestors, ResourceId id, Day day) {
  std::optional<std::size_t> tightest;
  for (std::size_t at = ancestors.size(); at-- > 0;) {
    if (!ancestors[at].is_restricted()) continue;
    const bool is_tighter =
        !tightest || bound_of(ancestors, at, id, day).free() < bound_of(ancestors, *tightest, id, day).free();
    if (is_tighter) tightest = at;
    if (ancestors[at].traits.restriction == Restriction::reserved) break;
  }
  return tightest;
}

CountedState state_of_counted(const AncestorPath& ancestors, ResourceId id, Day day) {
  CountedState state;
  state.used = ancestors.back().allotted[id].at(day);
  state.blocked_by = find_blocks(ancestors, Item::counted(id), day);
  state.limited_by = ancestors.find_restricted(ancestors.size() - 1);
  const bool is_blocked = !state.blocked_by.empty();
  if (is_blocked) {
    state.limit = 0;
    state.remaining = 0;
    state.available = 0;
  } else if (state.limited_by) {
    const Bound bound = bound_of(ancestors, *state.limited_by, id, day);
    const Bound tightest = bound_of(ancestors, *find_tightest(ancestors, id, day), id, day);
    state.limit = bound.limit;
    state.remaining = std::max<std::int64_t>(bound.free(), 0);
    state.available = std::max<std::int64_t>(tightest.free(), 0);
  }
  return state;
}

FeatureState state_of_feature(const AncestorPath& ancestors, FeatureId id, Day day) {
  FeatureState state;
  const Item item = Item::feature(id);
  state.blocked_by = find_blocks(ancestors, item, day);
  state.is_enabled = state.blocked_by.empty();
  if (!state.is_enabled) return state;
  Day end = Day::forever();
  for (std::size_t at = 0; at < ancestors.size(); ++at) {
    if (ancestors[at].is_restricted()) end = std::min(end, end_of_run(days_of(ancestors[at].licenses, item), day));
  }
  if (end < Day::last()) state.until = end;
  return state;
}

std::vector<Span> make_timeline(const AncestorPath& ancestors, Day day) {
  const Catalogue& catalogue = ancestors.catalogue();
  std::vector<Span> spans;
  for (const Day from : find_changes(ancestors, day)) {
    Span span{{from, Day::forever()}, {}, {}};
    for (ResourceId id = 0; id < catalogue.counted().size(); ++id) {
      const CountedState state = state_of_counted(ancestors, id, from);
      span.counts.push_back({state.limit, state.used, state.available});
    }
    for (FeatureId id = 0; id < catalogue.features().size(); ++id) {
      if (find_blocks(ancestors, Item::feature(id), from).empty()) span.features.add(id);
    }
    if (!spans.empty()) {
      if (spans.back().counts == span.counts && spans.back().features == span.features) continue;
      spans.back().days.until = from.previous();
    }
    spans.push_back(std::move(span));
  }
  return spans;
}

}  // namespace allot
