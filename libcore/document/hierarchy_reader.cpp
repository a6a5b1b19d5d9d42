#include "libcore/document/hierarchy_reader.hpp"

#include <fmt/format.h>

#include <array>

#include "libcore/base/text.hpp"
#include "libcore/document/catalogue_section.hpp"
#include "libcore/document/label_reading.hpp"
#include "libcore/document/reminder_reading.hpp"
#include "libcore/document/scalars.hpp"
#include "libcore/model/path.hpp"

namespace allot {
namespace {

constexpr std::int64_t kFormatVersion = 1;

std::vector<std::string> names_of(const std::vector<Input>& inputs) {
  std::vector<std::string> names;
  names.reserve(inputs.size());
  for (const Input& input : inputs) names.push_back(input.name);
  return names;
}

}  // namespace

HierarchyReader::HierarchyReader(const std::vector<Input>& inputs, const Catalogue& known, const Target& target,
                                 Document& document, const TakeMembers& taking)
    : inputs_(inputs),
      target_(target),
      taking_(taking),
      files_(names_of(inputs)),
      document_(document),
      problems_(files_),
      items_(known, document_.text, problems_),
      merger_(inputs.size(), items_, problems_),
      grants_(document_, items_, merger_),
      traits_patches_(document_.traits_patches),
      group_index_({&document_.groups}),
      license_index_({&document_.licenses}),
      member_index_({&document_.members}) {}

void HierarchyReader::read() {
  traits_patches_.find_or_add({});
  document_.groups.push_back({});
  for (std::uint32_t file = 0; file < inputs_.size(); ++file) read_file(file);
  items_.finish();
  problems_.throw_if_any();
  items_.build(document_);
  document_.files = files_;
}

void HierarchyReader::read_file(std::uint32_t file) {
  said_again_.clear();
  has_version_ = false;
  NodeReader nodes{inputs_[file], file, problems_};
  const std::size_t problems_before = problems_.total();
  const Event top = nodes.events().next();
  if (top.kind == EventKind::mapping) {
    if (file == 0) document_.groups[0].mark = top.mark;
    const bool is_whole = read_group_entries(nodes, 0, target_.depth, kTopKeys);
    if (is_whole && !has_version_) {
      problems_.add(top.mark,
                    [] { return std::string{"the key \"allot\" is missing; a hierarchy begins with \"allot: 1\""}; });
    }
  } else if (top.is_null() || (top.kind == EventKind::end && problems_.total() == problems_before)) {
    problems_.add(top.kind == EventKind::end ? Mark{1, 1, file} : top.mark,
                  [] { return std::string{"there is no hierarchy here; it begins with \"allot: 1\""}; });
  } else {
    nodes.is_mapping(top, "the hierarchy");
  }
  nodes.events().next();
}

/// Reads the keys of a group up to the end of its mapping; returns false if the file ends before.
bool HierarchyReader::read_group_entries(NodeReader& nodes, std::uint32_t group, std::size_t depth,
                                         const KeySet& keys) {
  std::array<Mark, kTopWords.size()> seen{};
  TraitsPatch patch = document_.traits_patches[document_.groups[group].patch];
  const auto keep = [&] {
    TraitsPatch& kept = document_.traits_patches[document_.groups[group].patch];
    if (!(kept == patch)) document_.groups[group].patch = traits_patches_.find_or_add(patch);
  };
  const bool is_whole = nodes.for_each_entry([&](const Event& key) {
    const auto which = parse_word<GroupKey>(key.text, kTopWords);
    if (!which || static_cast<std::size_t>(*which) >= keys.words.size()) return nodes.refuse_key(key, keys);
    if (!nodes.is_first(key, seen[static_cast<std::size_t>(*which)])) return;
    if (read_group_trait(*which, key.mark, nodes, group, patch)) return;
    keep();
    read_group_contents(*which, nodes, group, depth);
  });
  keep();
  return is_whole;
}

/// Reads the value of a key of the group itself to `patch`; returns false for the keys of its contents.
bool HierarchyReader::read_group_trait(GroupKey which, const Mark& mark, NodeReader& nodes, std::uint32_t group,
                                       TraitsPatch& patch) {
  const ItemRef item{TableId::groups, group, document_.groups[group].mark};
  const auto merge = [&](auto& kept, const auto& specified, SpecifiedKey key) {
    merger_.merge(kept, specified, item, key, kTopWords[static_cast<std::size_t>(which)], mark);
    return true;
  };
  switch (which) {
    case GroupKey::kind:
      return merge(patch.kind, read_text(nodes, "kind", Sharing::shared), SpecifiedKey::kind);
    case GroupKey::labels:
      return merge(patch.labels, read_labels(nodes), SpecifiedKey::labels);
    case GroupKey::language:
      return merge(
          patch.language,
          nodes.read<Language>("language", [&](const Event& value) { return read_language(value, problems_); }),
          SpecifiedKey::language);
    case GroupKey::restriction:
      return merge(patch.restriction, read_restriction_of(group, nodes), SpecifiedKey::restriction);
    case GroupKey::suspended:
      return merge(patch.suspended,
                   nodes.read<bool>("suspended", [&](const Event& value) { return read_bool(value, problems_); }),
                   SpecifiedKey::suspended);
    case GroupKey::reminder:
      return merge(patch.reminder, read_reminder(nodes), SpecifiedKey::reminder);
    default:
      return false;
  }
}

/// Reads the value of any other key of a group.
void HierarchyReader::read_group_contents(GroupKey which, NodeReader& nodes, std::uint32_t group, std::size_t depth) {
  switch (which) {
    case GroupKey::licenses:
      if (nodes.begin_mapping("licenses")) {
        if (is_alone()) license_index_.clear();
        nodes.for_each_entry([&](const Event& key) { read_license(key, nodes, group); });
      }
      return;
    case GroupKey::users:
      if (nodes.begin_mapping("users")) {
        if (is_alone()) member_index_.clear();
        nodes.for_each_entry([&](const Event& key) { read_user(key, nodes, group); });
        let_members_be_taken();
      }
      return;
    case GroupKey::groups:
      return read_groups(nodes, group, depth);
    case GroupKey::allot:
      return read_version(nodes);
    case GroupKey::catalog:
      return read_catalogue(nodes, items_, document_.text);
    default:
      return;
  }
}

void HierarchyReader::let_members_be_taken() {
  const bool is_enough = taking_.take && document_.members.size() >= taking_.piece;
  if (is_alone() && is_enough && problems_.total() == 0) taking_.take(document_);
}

void HierarchyReader::read_version(NodeReader& nodes) {
  has_version_ = true;
  const Event& value = nodes.events().next();
  if (!nodes.is_scalar(value, "allot")) return;
  const WrittenNumber number = parse_written_number(value);
  if (number.fault == NumberFault::none && number.value == kFormatVersion) return;
  problems_.add(value.mark, [&] {
    if (number.fault == NumberFault::quoted) return describe(number.fault, value.text);
    const bool is_newer = number.fault == NumberFault::too_large || number.value > kFormatVersion;
    return is_newer ? fmt::format("format version {} is newer than what this program reads, {}", quote(value.text),
                                  kFormatVersion)
                    : fmt::format("{} is no format version; write \"allot: {}\"", quote(value.text), kFormatVersion);
  });
}

void HierarchyReader::read_groups(NodeReader& nodes, std::uint32_t parent, std::size_t depth) {
  if (!nodes.begin_mapping("groups")) return;
  nodes.for_each_entry([&](const Event& key) {
    if (const auto fault = find_fault_in_name(key.text)) {
      problems_.add(key.mark, [&] { return fmt::format("the group name {} {}", quote(key.text), *fault); });
      return nodes.skip();
    }
    if (depth >= Path::kMostNames) {
      problems_.add(key.mark, [&] {
        return fmt::format("the path of the group {} has more than {} names", quote(key.text), Path::kMostNames);
      });
      return nodes.skip();
    }
    const Entered entered = enter(document_.groups, group_index_, TableId::groups, parent, key.text, key, [&] {
      Document::Group group;
      group.name = document_.text.keep_short(key.text);
      group.parent = parent;
      group.mark = key.mark;
      return group;
    });
    if (nodes.begin_mapping("a group")) read_group_entries(nodes, entered.row, depth + 1, kGroupKeys);
  });
}

Specified<Restriction> HierarchyReader::read_restriction_of(std::uint32_t group, NodeReader& nodes) {
  return nodes.read<Restriction>("restriction", [&](const Event& value) {
    auto restriction = read_restriction(value, problems_);
    if (group != 0 || !target_.is_root || restriction != Restriction::shared) return restriction;
    problems_.add(value.mark, [] {
      return std::string{"\"/\" cannot be \"shared\"; it is none or reserved, or the file belongs into another group"};
    });
    restriction.reset();
    return restriction;
  });
}

}  // namespace allot
