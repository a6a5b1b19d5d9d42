#include "libcore/document/key_merger.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "libcore/base/text.hpp"
#include "libcore/document/writer.hpp"

namespace allot {
namespace {

constexpr std::uint32_t key_of(ResourceId id) { return static_cast<std::uint32_t>(SpecifiedKey::counts) + id; }

}  // namespace

void KeyMerger::merge_counts(GrantPatch& kept, const GrantPatch& specified, const ItemRef& item) {
  for (const auto& [id, count] : specified.counts) {
    const auto place = std::lower_bound(kept.counts.begin(), kept.counts.end(), id,
                                        [](const auto& entry, ResourceId wanted) { return entry.first < wanted; });
    if (place == kept.counts.end() || place->first != id) {
      kept.counts.insert(place, {id, count});
      note(item, key_of(id), items_.latest_key(id));
    } else if (place->second != count) {
      problems_.add(items_.latest_key(id), [&, said_count = count, resource = id] {
        return tell_conflict(items_.name_of_counted(resource), std::to_string(said_count),
                             std::to_string(place->second), find_place(item, key_of(resource)));
      });
    }
  }
}

void KeyMerger::note_counts(const GrantPatch& specified, const ItemRef& item) {
  for (const auto& [id, count] : specified.counts) note(item, key_of(id), items_.latest_key(id));
}

std::string KeyMerger::describe_value(std::string_view text) const { return quote(text); }
std::string KeyMerger::describe_value(Restriction restriction) const { return quote(word_for(restriction)); }
std::string KeyMerger::describe_value(Role role) const { return quote(word_for(role)); }
std::string KeyMerger::describe_value(bool value) const { return value ? "true" : "false"; }
std::string KeyMerger::describe_value(Day day) const { return day.to_string(); }

std::string KeyMerger::describe_value(const Reminder& reminder) const {
  std::vector<std::string> keys;
  if (!reminder.before.is_empty()) {
    keys.push_back(fmt::format("before: {}, repeat: {}", to_yaml(reminder.before), word_for(reminder.repeat)));
    keys.push_back(fmt::format("users: {}", reminder.users));
  }
  if (reminder.low > 0) keys.push_back(fmt::format("low: {}", reminder.low));
  return fmt::format("{{{}}}", fmt::join(keys, ", "));
}

std::string KeyMerger::describe_value(const Features& features) const {
  std::vector<std::string_view> names;
  for (FeatureId id = 0; id < features.end(); ++id) {
    if (features.has(id)) names.push_back(items_.name_of_feature(id));
  }
  return fmt::format("[{}]", fmt::join(names, ", "));
}

std::string KeyMerger::describe_value(const Labels& labels) const {
  std::vector<std::string> each;
  labels.for_each(
      [&](std::string_view key, std::string_view value) { each.push_back(fmt::format("{}: {}", key, quote(value))); });
  return fmt::format("{{{}}}", fmt::join(each, ", "));
}

std::string KeyMerger::tell_conflict(std::string_view word, std::string_view specified, std::string_view kept,
                                     const Mark& first) const {
  return fmt::format("{} is {} here, but {} at {}", word, specified, kept, problems_.place_of(first));
}

void KeyMerger::note(const ItemRef& item, std::uint32_t key, const Mark& mark) {
  const bool can_be_asked = mark.file + 1 < file_count_;
  const bool is_beside_item = mark.line == item.mark.line && mark.file == item.mark.file;
  if (can_be_asked && !is_beside_item) places_.insert_or_assign({item.table, item.row, key}, mark);
}

Mark KeyMerger::find_place(const ItemRef& item, std::uint32_t key) const {
  const auto found = places_.find({item.table, item.row, key});
  Mark place = found == places_.end() ? item.mark : found->second;
  place.column = 0;
  return place;
}

std::size_t KeyMerger::PlaceHash::operator()(const Place& place) const {
  const std::uint64_t both =
      (std::uint64_t{place.row} << 32) | (std::uint64_t{place.key} << 2) | static_cast<std::uint64_t>(place.table);
  return static_cast<std::size_t>(both * 0x9E3779B97F4A7C15ULL >> 16);
}

}  // namespace allot
