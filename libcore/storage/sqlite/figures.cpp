// The format of the column `figures.allotted`, for each counted resource with usage:
//
//   usage    := { resource steps }*
//   resource := varint              the row of `catalog`
//   steps    := varint { step }*    the number of steps, then each step
//   step     := day value           both as zigzag varints, minus those of the previous step (0 before the first)

#include <algorithm>
#include <utility>

#include "libcore/storage/sqlite/columns.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/many_rows.hpp"
#include "libcore/storage/sqlite/varint.hpp"
#include "libcore/storage/store.hpp"

namespace allot {
namespace {

/// The day after the last day, on which a value that lasts until the last day ends.
constexpr std::int64_t kLastDay = std::int64_t{Day::last().number()} + 1;

/// More than the sum of any number of counts that a store can hold.
constexpr std::int64_t kLargestUsage = std::int64_t{1} << 56;

std::string write_usage(const Usage& usage, const std::vector<std::int64_t>& rows) {
  std::string blob;
  for (ResourceId id = 0; id < usage.end(); ++id) {
    const auto& steps = usage[id].steps();
    if (steps.empty()) continue;
    put_varint(blob, static_cast<std::uint64_t>(rows[id]));
    put_varint(blob, steps.size());
    Timeline::Step before{Day::from_number(0), 0};
    for (const Timeline::Step& step : steps) {
      put_signed(blob, std::int64_t{step.from.number()} - before.from.number());
      put_signed(blob, step.value - before.value);
      before = step;
    }
  }
  return blob;
}

Usage read_usage(std::string_view blob, const std::vector<std::int64_t>& rows) {
  Usage usage;
  BlobReader reader{blob};
  while (!reader.is_at_end()) {
    const auto row = static_cast<std::int64_t>(reader.varint());
    const std::uint64_t count = reader.varint();
    std::vector<Timeline::Step> steps;
    steps.reserve(std::min<std::uint64_t>(count, blob.size() / 2));
    Timeline::Step step{Day::from_number(0), 0};
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::int64_t least = i == 0 ? Day::beginning().number() : step.from.number() + std::int64_t{1};
      step.from = Day::from_number(static_cast<std::int32_t>(reader.signed_after(step.from.number(), least, kLastDay)));
      if (step.from != Day::beginning() && step.from < Day::first()) throw impossible_value();
      step.value = reader.signed_after(step.value, 0, kLargestUsage);
      steps.push_back(step);
    }
    const auto known = std::find(rows.begin(), rows.end(), row);
    if (known != rows.end()) usage.edit(static_cast<ResourceId>(known - rows.begin())) = Timeline{std::move(steps)};
  }
  return usage;
}

/// Returns a statement that inserts `rows` rows.
const char* insert_of_figures(std::size_t rows) {
  static const Inserts inserts{"figures (group_id, children, members, ceilings, allotted, since)", 6};
  return inserts.of(rows);
}

void bind_figures(Query& query, GroupId group, const FiguresView& figures, const std::vector<std::int64_t>& rows) {
  query.bind(group)
      .bind(figures.children)
      .bind(figures.members)
      .bind(figures.ceilings)
      .bind_blob(write_usage(figures.allotted, rows));
}

}  // namespace

std::optional<Figures> Snapshot::find_figures(GroupId group) {
  catalogue();
  Query query(*connection_, "SELECT children, members, ceilings, allotted, since FROM figures WHERE group_id = ?");
  query.bind(group);
  const bool has_row = query.step();
  if (!has_row && !as_of_) return Figures{};
  if (!has_row) {
    // Figures are only removed with their group, so an existing group without a row always had zeros.
    Query is_there(*connection_, "SELECT 1 FROM groups WHERE id = ?");
    return is_there.bind(group).step() ? std::optional{Figures{}} : std::nullopt;
  }
  if (as_of_ && query.integer(4) > *as_of_) return std::nullopt;
  return Figures{query.integer(0), query.integer(1), query.integer(2), read_usage(query.text(3), counted_rows_)};
}

Figures StoreReader::figures_of(GroupId group) { return *find_figures(group); }

void Store::set_figures(GroupId group, const FiguresView& figures) {
  catalogue();
  if (figures.is_zero()) {
    Query(*connection_,
          "UPDATE figures SET children = 0, members = 0, ceilings = 0, allotted = x'', since = ? WHERE group_id = ?")
        .bind(write_.revision)
        .bind(group)
        .run();
    return;
  }
  Query query(*connection_,
              "INSERT INTO figures (group_id, children, members, ceilings, allotted, since) VALUES (?, ?, ?, ?, ?, ?)"
              " ON CONFLICT (group_id) DO UPDATE SET children = excluded.children, members = excluded.members,"
              " ceilings = excluded.ceilings, allotted = excluded.allotted, since = excluded.since");
  bind_figures(query, group, figures, counted_rows_);
  query.bind(write_.revision).run();
}

void Store::insert_figures(const std::vector<NewFigures>& figures) {
  catalogue();
  for_many_rows(figures.size(), [&](std::size_t first, std::size_t count) {
    Query query(*connection_, insert_of_figures(count));
    for (std::size_t i = first; i < first + count; ++i) {
      bind_figures(query, figures[i].group, figures[i].figures, counted_rows_);
      query.bind(write_.revision);
    }
    query.run();
  });
}

void StoreReader::for_each_figures(const std::function<void(GroupId, Figures&&)>& visit) {
  catalogue();
  Query query(*connection_, "SELECT group_id, children, members, ceilings, allotted FROM figures ORDER BY group_id");
  while (query.step()) {
    visit(query.integer(0),
          Figures{query.integer(1), query.integer(2), query.integer(3), read_usage(query.text(4), counted_rows_)});
  }
}

}  // namespace allot
