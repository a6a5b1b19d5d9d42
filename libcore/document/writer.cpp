#include "libcore/document/writer.hpp"

#include <ostream>

namespace allot {
namespace {

/// The additional indentation of the entries of a section relative to the keys of their group.
constexpr std::size_t kIndent = 2;

std::string flow_list(const std::vector<std::string>& items) {
  std::string list = "[";
  for (const std::string& item : items) {
    if (list.size() > 1) list += ", ";
    list += item;
  }
  return list + ']';
}

std::string flow_mapping(const Labels& labels) {
  std::string mapping = "{";
  labels.for_each([&](std::string_view key, std::string_view value) {
    if (mapping.size() > 1) mapping += ", ";
    mapping.append(to_yaml_scalar(key)).append(": ").append(to_yaml_scalar(value));
  });
  return mapping + '}';
}

}  // namespace

HierarchyWriter::HierarchyWriter(std::ostream& out, const Catalogue& catalogue)
    : out_(out),
      catalogue_(catalogue),
      counted_order_(catalogue.counted_in_order()),
      features_order_(catalogue.features_in_order()) {}

void HierarchyWriter::open_root(const GroupTraits& traits, bool has_licenses) {
  text_ += "allot: 1\n";
  write_catalogue();
  levels_.push_back({false, Section::none});
  write_traits(traits, has_licenses);
  flush();
}

void HierarchyWriter::open_group(std::string_view name, const GroupTraits& traits, bool has_licenses) {
  begin_entry(Section::groups, "groups", name);
  levels_.push_back({});
  write_traits(traits, has_licenses);
  flush();
}

void HierarchyWriter::write(const License& license) {
  begin_entry(Section::licenses, "licenses", license.name);
  text_ += " {";
  if (license.type != kDefaultType) add_to_flow("type", to_yaml_scalar(license.type));
  add_labels(license.labels);
  add_counts(license.grant.counts);
  if (!license.grant.features.is_empty()) add_features(license.grant.features);
  add_period(license.grant.period);
  text_ += "}\n";
  flush();
}

void HierarchyWriter::write(const MembershipView& membership) {
  begin_entry(Section::users, "users", membership.email);
  text_ += " {";
  add_to_flow("name", to_yaml_scalar(membership.name));
  if (membership.role != Role::user) add_to_flow("role", word_for(membership.role));
  add_labels(membership.labels);
  add_counts(membership.grant.counts);
  if (!membership.inherits_features) add_features(membership.grant.features);
  add_period(membership.grant.period);
  text_ += "}\n";
  flush();
}

void HierarchyWriter::close_group() {
  if (levels_.back().is_empty) text_ += " {}\n";
  levels_.pop_back();
  flush();
}

/// Writes the entries that are not built in.
void HierarchyWriter::write_catalogue() {
  std::string counted = "{";
  for (const ResourceId id : counted_order_) {
    const CountedResource& entry = catalogue_.counted()[id];
    if (Catalogue::is_built_in(entry.name)) continue;
    if (counted.size() > 1) counted += ", ";
    counted += to_yaml_scalar(entry.name) + ": {";
    if (entry.requires_id) counted += "requires: " + to_yaml_scalar(catalogue_.counted()[*entry.requires_id].name);
    counted += '}';
  }
  std::vector<std::string> features;
  for (const FeatureId id : features_order_) {
    const std::string& name = catalogue_.features()[id];
    if (!Catalogue::is_built_in(name)) features.push_back(to_yaml_scalar(name));
  }
  const bool has_counted = counted.size() > 1;
  if (has_counted || !features.empty()) text_ += "catalog:\n";
  if (has_counted) text_ += "  counted: " + counted + "}\n";
  if (!features.empty()) text_ += "  features: " + flow_list(features) + '\n';
}

std::string to_yaml(const LeadTimes& before) {
  const std::string days = before.text(", ");
  return before.size() == 1 ? days : '[' + days + ']';
}

void HierarchyWriter::write_traits(const GroupTraits& traits, bool has_licenses) {
  const auto write_key = [&](std::string_view key, std::string_view value) {
    begin_line(0);
    text_.append(key).append(": ").append(value) += '\n';
  };
  if (!traits.kind.empty()) write_key("kind", to_yaml_scalar(traits.kind));
  if (!traits.labels.is_empty()) write_key("labels", flow_mapping(traits.labels));
  if (traits.restriction != Restriction::none || has_licenses) write_key("restriction", word_for(traits.restriction));
  if (traits.suspended) write_key("suspended", "true");
  if (!traits.reminder) return;
  begin_line(0);
  text_ += "reminder: {";
  const Reminder& reminder = *traits.reminder;
  if (!reminder.before.is_empty()) {
    add_to_flow("before", to_yaml(reminder.before));
    add_to_flow("repeat", word_for(reminder.repeat));
  }
  if (reminder.users) add_to_flow("users", "true");
  if (reminder.low > 0) add_to_flow("low", std::to_string(reminder.low));
  text_ += "}\n";
}

/// Begins a line of the current group with `indent` more than its keys.
void HierarchyWriter::begin_line(std::size_t indent) {
  Level& level = levels_.back();
  if (level.is_empty) text_ += '\n';  // after the name of the group
  level.is_empty = false;
  text_.append(2 * kIndent * (levels_.size() - 1) + indent, ' ');
}

/// Begins the line of an entry; the first entry of a section is preceded by the line of the section.
void HierarchyWriter::begin_entry(Section section, std::string_view word, std::string_view name) {
  if (levels_.back().section != section) {
    begin_line(0);
    text_.append(word) += ":\n";
    levels_.back().section = section;
  }
  begin_line(kIndent);
  text_.append(to_yaml_scalar(name)) += ':';
}

void HierarchyWriter::add_to_flow(std::string_view key, std::string_view value) {
  if (text_.back() != '{') text_ += ", ";
  text_.append(key).append(": ").append(value);
}

void HierarchyWriter::add_counts(const Counts& counts) {
  for (const ResourceId id : counted_order_) {
    if (counts[id] > 0) add_to_flow(to_yaml_scalar(catalogue_.counted()[id].name), std::to_string(counts[id]));
  }
}

void HierarchyWriter::add_features(const Features& features) {
  std::vector<std::string> names;
  for (const FeatureId id : features_order_) {
    if (features.has(id)) names.push_back(to_yaml_scalar(catalogue_.features()[id]));
  }
  add_to_flow("features", flow_list(names));
}

void HierarchyWriter::add_period(const Period& period) {
  if (period.from.is_finite()) add_to_flow("from", period.from.to_string());
  if (period.until.is_finite()) add_to_flow("until", period.until.to_string());
}

void HierarchyWriter::add_labels(const Labels& labels) {
  if (!labels.is_empty()) add_to_flow("labels", flow_mapping(labels));
}

void HierarchyWriter::flush() {
  out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
  text_.clear();
}

}  // namespace allot
