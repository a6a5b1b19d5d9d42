#include "libcore/document/item_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace allot {
namespace {

/// The maximum number of names that are searched for a near match.
constexpr std::size_t kMostCompared = 256;

std::string_view word_for(ItemKind kind) { return kind == ItemKind::counted ? "a counted resource" : "a feature"; }

std::string describe(const Specified<std::string_view>& required) {
  return required.value ? quote(*required.value) : "nothing";
}

}  // namespace

ItemTable::ItemTable(const Catalogue& known, TextArena& text, Problems& problems)
    : known_(known), text_(text), problems_(problems) {
  for (const CountedResource& entry : known.counted()) add_known(entry.name, ItemKind::counted);
  for (const std::string& name : known.features()) add_known(name, ItemKind::feature);
  for (const CountedResource& entry : known.counted()) {
    Row& row = rows_[by_name_.at(entry.name)];
    row.required.is_said = true;
    if (entry.requires_id) row.required.value = known.counted()[*entry.requires_id].name;
  }
}

void ItemTable::add_known(std::string_view name, ItemKind kind) {
  const auto place = static_cast<ItemRow>(rows_.size());
  Row row;
  row.name = name;
  row.kind = kind;
  row.is_known = true;
  if (kind == ItemKind::counted) {
    row.counted_id = static_cast<ResourceId>(counted_number_++);
    counted_rows_.push_back(place);
  } else {
    row.feature_id = static_cast<FeatureId>(feature_number_++);
    feature_rows_.push_back(place);
  }
  by_name_.emplace(row.name, place);
  rows_.push_back(row);
}

ItemRow ItemTable::find_or_add(std::string_view name) {
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second;
  const auto place = static_cast<ItemRow>(rows_.size());
  Row row;
  row.name = text_.keep(name);
  by_name_.emplace(row.name, place);
  rows_.push_back(row);
  return place;
}

bool ItemTable::declare(ItemRow place, ItemKind kind, const Mark& mark) {
  Row& row = rows_[place];
  if (row.kind != ItemKind::undeclared && row.kind != kind) {
    problems_.add(mark, [&] {
      const std::string where = row.first.line == 0 ? "already" : "at " + problems_.place_of(row.first);
      return fmt::format("{} is {} {}; it cannot be {} too", quote(row.name), word_for(row.kind), where,
                         word_for(kind));
    });
    return false;
  }
  const bool is_repeated = row.latest.line != 0 && row.latest.file == mark.file;
  if (is_repeated) {
    problems_.add_duplicate(row.name, mark, row.latest);
    return false;
  }
  row.latest = mark;
  if (row.kind == kind) return true;
  row.kind = kind;
  row.first = mark;
  declared_.push_back(place);
  std::size_t& number = kind == ItemKind::counted ? counted_number_ : feature_number_;
  if (++number > kMostItems) {
    problems_.add(mark, [&] {
      return fmt::format("with {} the catalogue has more than {} entries that are {}", quote(row.name), kMostItems,
                         word_for(kind));
    });
  }
  return true;
}

void ItemTable::declare_requires(ItemRow place, const Specified<std::string_view>& required, const Mark& mark) {
  Row& row = rows_[place];
  if (!required.is_said || row.required == required) return;
  if (!row.required.is_said) {
    row.required = required;
    row.required_at = mark;
    return;
  }
  problems_.add(mark, [&] {
    if (row.is_known) {
      return fmt::format("{} requires {}; that cannot be changed to {}", quote(row.name), describe(row.required),
                         describe(required));
    }
    return fmt::format("{} requires {} here, but {} at {}", quote(row.name), describe(required), describe(row.required),
                       problems_.place_of(row.required_at));
  });
}

Mark ItemTable::note_key(ItemRow place, std::uint32_t mapping, const Mark& key) {
  Row& row = rows_[place];
  if (row.mapping == mapping) return row.key;
  row.mapping = mapping;
  row.key = key;
  return {};
}

std::optional<ResourceId> ItemTable::count(ItemRow place, const CountUse& use) {
  Row& row = rows_[place];
  if (row.kind == ItemKind::undeclared) {
    pending_counts_.push_back({place, use});
  } else {
    report_count(row, use);
  }
  if (!row.counted_id) {
    if (counted_rows_.size() >= std::max(kMostItems, known_.counted().size())) return std::nullopt;
    row.counted_id = static_cast<ResourceId>(counted_rows_.size());
    counted_rows_.push_back(place);
  }
  return row.counted_id;
}

std::optional<FeatureId> ItemTable::list(ItemRow place, const Mark& mark) {
  Row& row = rows_[place];
  if (row.kind == ItemKind::undeclared) {
    pending_features_.push_back({place, mark});
  } else {
    report_feature(row, mark);
  }
  if (!row.feature_id) {
    if (feature_rows_.size() >= std::max(kMostItems, known_.features().size())) return std::nullopt;
    row.feature_id = static_cast<FeatureId>(feature_rows_.size());
    feature_rows_.push_back(place);
  }
  return row.feature_id;
}

std::string ItemTable::describe_unknown_count(std::string_view key, const KeySet& keys) const {
  return describe_unknown_key(key, keys, names_of(ItemKind::counted));
}

std::string ItemTable::describe_unknown_feature(std::string_view name) const {
  const auto nearest = find_nearest(name, names_of(ItemKind::feature));
  if (nearest) return fmt::format("unknown feature {}; did you mean {}?", quote(name), quote(*nearest));
  return fmt::format("unknown feature {}; new ones are declared as catalog: {{features: [NAME]}}", quote(name));
}

std::vector<std::string> ItemTable::names_of(ItemKind kind) const {
  std::vector<std::string> names;
  for (const Row& row : rows_) {
    if (row.kind == kind) names.emplace_back(row.name);
    if (names.size() == kMostCompared) break;
  }
  return names;
}

const ItemTable::Row* ItemTable::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &rows_[found->second];
}

/// Reports a fault of a count of `row`, if there is one.
void ItemTable::report_count(const Row& row, const CountUse& use) {
  if (row.kind == ItemKind::undeclared) {
    problems_.add(use.key, [&] { return describe_unknown_count(row.name, *use.keys); });
  } else if (row.kind == ItemKind::feature) {
    problems_.add(use.key, [&] {
      return fmt::format("{} is a feature and has no count; write features: [{}]", quote(row.name), row.name);
    });
  } else if (use.fault != NumberFault::none) {
    problems_.add(use.value, [&] { return fmt::format("{}: {}", row.name, allot::describe(use.fault, use.text)); });
  }
}

/// Reports a fault of `row` in a list of features, if there is one.
void ItemTable::report_feature(const Row& row, const Mark& mark) {
  if (row.kind == ItemKind::undeclared) {
    problems_.add(mark, [&] { return describe_unknown_feature(row.name); });
  } else if (row.kind == ItemKind::counted) {
    problems_.add(mark, [&] {
      return fmt::format("{} is a counted resource and no feature; write {}: NUMBER", quote(row.name), row.name);
    });
  }
}

void ItemTable::finish() {
  for (const PendingCount& pending : pending_counts_) report_count(rows_[pending.row], pending.use);
  for (const PendingFeature& pending : pending_features_) report_feature(rows_[pending.row], pending.mark);
  for (const ItemRow place : declared_) check_required(rows_[place]);
  report_circles();
}

void ItemTable::check_required(const Row& row) {
  if (!row.required.value) return;
  const Row* const other = find(*row.required.value);
  if (other != nullptr && other->kind == ItemKind::counted) return;
  problems_.add(row.required_at, [&] {
    const std::string what = quote(*row.required.value);
    if (other != nullptr && other->kind == ItemKind::feature) {
      return fmt::format("{} requires {}, which is a feature; only a counted resource can be required", quote(row.name),
                         what);
    }
    std::vector<std::string> others = names_of(ItemKind::counted);
    others.erase(std::remove(others.begin(), others.end(), row.name), others.end());
    const auto nearest = find_nearest(*row.required.value, others);
    return fmt::format("{} requires {}, which is no counted resource{}", quote(row.name), what,
                       nearest ? fmt::format("; did you mean {}?", quote(*nearest)) : "");
  });
}

/// Follows each chain of requirements once and reports a cycle at the entry that closes it.
void ItemTable::report_circles() {
  std::unordered_map<const Row*, std::size_t> seen;  // the walk in which each row was visited
  std::size_t walk = 0;
  for (const ItemRow start : declared_) {
    ++walk;
    const Row* row = &rows_[start];
    const Row* before = nullptr;
    while (row != nullptr && seen.try_emplace(row, walk).second) {
      before = row;
      row = row->required.value ? find(*row->required.value) : nullptr;
    }
    if (row == nullptr || before == nullptr || seen.at(row) != walk) continue;
    problems_.add(before->required_at, [&] {
      if (before == row) return fmt::format("{} requires itself", quote(row->name));
      return fmt::format("{} requires {}, which requires it in turn, in a circle", quote(before->name),
                         quote(row->name));
    });
  }
}

/// Adds the declared resources, each after its requirement; returns the final id for each id used so far.
std::vector<ResourceId> ItemTable::add_counted(Catalogue& catalogue) const {
  std::vector<ResourceId> final_ids(counted_rows_.size());
  std::unordered_map<std::string_view, ResourceId> added;
  for (const CountedResource& entry : known_.counted()) added.emplace(entry.name, added.size());
  for (const ItemRow place : declared_) {
    std::vector<const Row*> ancestors;
    for (const Row* row = &rows_[place]; row != nullptr && row->kind == ItemKind::counted && !added.contains(row->name);
         row = row->required.value ? find(*row->required.value) : nullptr) {
      ancestors.push_back(row);
    }
    for (auto row = ancestors.rbegin(); row != ancestors.rend(); ++row) {
      std::optional<ResourceId> required;
      if ((*row)->required.value) required = added.at(*(*row)->required.value);
      added.emplace((*row)->name, catalogue.add_counted(std::string{(*row)->name}, required));
    }
  }
  for (std::size_t id = 0; id < final_ids.size(); ++id) final_ids[id] = added.at(rows_[counted_rows_[id]].name);
  return final_ids;
}

/// The same for features.
std::vector<FeatureId> ItemTable::add_features(Catalogue& catalogue) const {
  std::vector<FeatureId> final_ids(feature_rows_.size());
  for (FeatureId id = 0; id < known_.features().size(); ++id) final_ids[id] = id;
  for (const ItemRow place : declared_) {
    const Row& row = rows_[place];
    if (row.kind != ItemKind::feature) continue;
    const FeatureId id = catalogue.add_feature(std::string{row.name});
    if (row.feature_id) final_ids[*row.feature_id] = id;
  }
  return final_ids;
}

void ItemTable::build(Document& document) const {
  document.catalogue = known_;
  document.known_counted = known_.counted().size();
  document.known_features = known_.features().size();
  const std::vector<ResourceId> counted_ids = add_counted(document.catalogue);
  const std::vector<FeatureId> feature_ids = add_features(document.catalogue);
  for (GrantPatch& patch : document.patches) {
    for (auto& [id, count] : patch.counts) id = counted_ids[id];
    std::sort(patch.counts.begin(), patch.counts.end());
    if (!patch.features.value) continue;
    Features features;
    for (FeatureId id = 0; id < patch.features.value->end(); ++id) {
      if (patch.features.value->has(id)) features.add(feature_ids[id]);
    }
    *patch.features.value = std::move(features);
  }
}

}  // namespace allot
