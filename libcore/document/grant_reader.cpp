#include "libcore/document/grant_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/document/label_reading.hpp"
#include "libcore/document/scalars.hpp"
#include "libcore/model/catalogue.hpp"

namespace allot {

void GrantReader::begin(const KeySet& keys) {
  keys_ = &keys;
  ++mapping_;
  patch_.counts.clear();
  patch_.features = {};
  patch_.from = {};
  patch_.until = {};
  patch_.labels = {};
  patch_.language = {};
}

void GrantReader::read_features(const Event& key, NodeReader& nodes) {
  features_mark_ = key.mark;
  Features features;
  const auto has_list = nodes.for_each_item("features", [&](const Event& item) {
    if (const auto id = find_feature(item, nodes.problems())) features.add(*id);
  });
  if (!has_list) return;
  patch_.features.is_said = true;
  if (*has_list) patch_.features.value = std::move(features);
}

std::optional<FeatureId> GrantReader::find_feature(const Event& item, Problems& problems) {
  if (!find_fault_in_item_name(item.text)) return items_.list(items_.find_or_add(item.text), item.mark);
  problems.add(item.mark, [&] { return items_.describe_unknown_feature(item.text); });
  return std::nullopt;
}

void GrantReader::read_from(const Event& key, NodeReader& nodes) {
  from_mark_ = key.mark;
  patch_.from = nodes.read<Day>("from", [&](const Event& value) { return read_day(value, nodes.problems()); });
}

void GrantReader::read_until(const Event& key, NodeReader& nodes) {
  until_mark_ = key.mark;
  patch_.until = nodes.read<Day>("until", [&](const Event& value) { return read_day(value, nodes.problems()); });
}

void GrantReader::read_labels(const Event& key, NodeReader& nodes) {
  labels_mark_ = key.mark;
  patch_.labels = allot::read_labels(nodes);
}

void GrantReader::read_language(const Event& key, NodeReader& nodes) {
  language_mark_ = key.mark;
  patch_.language = nodes.read<Language>(
      "language", [&](const Event& value) { return allot::read_language(value, nodes.problems()); });
}

void GrantReader::read_count(const Event& key, NodeReader& nodes) {
  if (find_fault_in_item_name(key.text)) {
    nodes.problems().add(key.mark, [&] { return items_.describe_unknown_count(key.text, *keys_); });
    return nodes.skip();
  }
  const ItemRow row = items_.find_or_add(key.text);
  const Mark first = items_.note_key(row, mapping_, key.mark);
  if (first.line != 0) {
    nodes.problems().add_duplicate(key.text, key.mark, first);
    return nodes.skip();
  }
  const Event value = nodes.events().next();
  if (value.kind == EventKind::broken || value.kind == EventKind::end) return;
  const WrittenNumber number = value.is_null() ? WrittenNumber{} : parse_written_number(value);
  CountUse use{keys_, key.mark, value.mark, number.fault, {}};
  if (number.fault != NumberFault::none) use.text = document_.text.keep(value.text.substr(0, kNameBytes));
  const auto id = items_.count(row, use);
  nodes.skip_rest_of(value);
  if (id && number.fault == NumberFault::none) patch_.counts.emplace_back(*id, static_cast<std::int32_t>(number.value));
}

std::uint32_t GrantReader::add(const ItemRef& item) {
  std::sort(patch_.counts.begin(), patch_.counts.end());
  if (patch_.features.is_said) merger_.note(item, SpecifiedKey::features, features_mark_);
  if (patch_.from.is_said) merger_.note(item, SpecifiedKey::from, from_mark_);
  if (patch_.until.is_said) merger_.note(item, SpecifiedKey::until, until_mark_);
  if (patch_.labels.is_said) merger_.note(item, SpecifiedKey::labels, labels_mark_);
  if (patch_.language.is_said) merger_.note(item, SpecifiedKey::language, language_mark_);
  merger_.note_counts(patch_, item);
  return patches_.find_or_add(patch_);
}

std::uint32_t GrantReader::merge(std::uint32_t kept, const ItemRef& item) {
  GrantPatch patch = document_.patches[kept];
  merger_.merge(patch.features, patch_.features, item, SpecifiedKey::features, "features", features_mark_);
  merger_.merge(patch.from, patch_.from, item, SpecifiedKey::from, "from", from_mark_);
  merger_.merge(patch.until, patch_.until, item, SpecifiedKey::until, "until", until_mark_);
  merger_.merge(patch.labels, patch_.labels, item, SpecifiedKey::labels, "labels", labels_mark_);
  merger_.merge(patch.language, patch_.language, item, SpecifiedKey::language, "language", language_mark_);
  merger_.merge_counts(patch, patch_, item);
  return patches_.find_or_add(patch);
}

}  // namespace allot
