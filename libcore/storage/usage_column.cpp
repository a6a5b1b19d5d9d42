// The format of the column `figures.allotted`, for each counted resource with usage:
//
//   usage    := { resource steps }*
//   resource := varint              the row of `catalog`
//   steps    := varint { step }*    the number of steps, then each step
//   step     := day value           both as zigzag varints, minus those of the previous step (0 before the first)

#include "libcore/storage/usage_column.hpp"

#include <algorithm>
#include <utility>

#include "libcore/storage/invalid_value.hpp"
#include "libcore/storage/varint.hpp"

namespace allot {
namespace {

/// The day after the last day, on which a value that lasts until the last day ends.
constexpr std::int64_t kLastDay = std::int64_t{Day::last().number()} + 1;

/// More than the sum of any number of counts that a store can hold.
constexpr std::int64_t kLargestUsage = std::int64_t{1} << 56;

}  // namespace

std::string write_usage(const Usage& usage, const std::vector<std::int64_t>& rows) {
  std::string blob;
  for (ResourceId id = 0; id < usage.end(); ++id) {
    const auto& steps = usage[id].steps();
    if (steps.empty()) continue;
    put_varint(blob, static_cast<std::uint64_t>(rows.at(id)));
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

}  // namespace allot
