#include <fmt/format.h>

#include <array>

#include "libcore/base/text.hpp"
#include "libcore/document/hierarchy_reader.hpp"
#include "libcore/document/scalars.hpp"

namespace allot {

void HierarchyReader::read_license(const Event& key, NodeReader& nodes, std::uint32_t group) {
  if (const auto fault = find_fault_in_name(key.text)) {
    problems_.add(key.mark, [&] { return fmt::format("the licence name {} {}", quote(key.text), *fault); });
    return nodes.skip();
  }
  const Entered entered = enter(document_.licenses, license_index_, TableId::licenses, group, key.text, key, [&] {
    Document::License license;
    license.group = group;
    license.name = document_.text.keep_short(key.text);
    license.mark = key.mark;
    return license;
  });
  grants_.begin(kLicenseKeys);
  Specified<ShortText> type;
  std::array<Mark, kLicenseWords.size()> seen{};
  if (nodes.begin_mapping("a licence")) {
    nodes.for_each_entry([&](const Event& entry) {
      const auto which = parse_word<LicenseKey>(entry.text, kLicenseWords);
      if (!which) return grants_.read_count(entry, nodes);
      if (!nodes.is_first(entry, seen[static_cast<std::size_t>(*which)])) return;
      switch (*which) {
        case LicenseKey::features:
          return grants_.read_features(entry, nodes);
        case LicenseKey::from:
          return grants_.read_from(entry, nodes);
        case LicenseKey::until:
          return grants_.read_until(entry, nodes);
        case LicenseKey::type:
          type = read_text(nodes, "type", Sharing::shared);
          return;
        case LicenseKey::labels:
          return grants_.read_labels(entry, nodes);
      }
    });
  }
  Document::License& license = document_.licenses[entered.row];
  const ItemRef item{TableId::licenses, entered.row, license.mark};
  merger_.merge(license.type, type, item, SpecifiedKey::type, "type", seen[static_cast<std::size_t>(LicenseKey::type)]);
  license.patch = entered.is_new ? grants_.add(item) : grants_.merge(license.patch, item);
}

void HierarchyReader::read_user(const Event& key, NodeReader& nodes, std::uint32_t group) {
  if (const auto fault = find_fault_in_email(key.text)) {
    problems_.add(key.mark, [&] { return fmt::format("the e-mail {} {}", quote(key.text), *fault); });
    return nodes.skip();
  }
  const Entered entered = enter(document_.members, member_index_, TableId::members, group, key.text, key, [&] {
    Document::Member member;
    member.group = group;
    member.email = document_.text.keep_short(key.text);
    if (has_capital(key.text)) document_.has_capital_email = true;
    member.mark = key.mark;
    return member;
  });
  grants_.begin(kUserKeys);
  Specified<ShortText> name;
  Specified<Role> role;
  std::array<Mark, kUserWords.size()> seen{};
  if (nodes.begin_mapping("a user")) {
    nodes.for_each_entry([&](const Event& entry) {
      const auto which = parse_word<UserKey>(entry.text, kUserWords);
      if (!which) return grants_.read_count(entry, nodes);
      if (!nodes.is_first(entry, seen[static_cast<std::size_t>(*which)])) return;
      switch (*which) {
        case UserKey::features:
          return grants_.read_features(entry, nodes);
        case UserKey::from:
          return grants_.read_from(entry, nodes);
        case UserKey::until:
          return grants_.read_until(entry, nodes);
        case UserKey::name:
          name = read_text(nodes, "name", Sharing::own);
          return;
        case UserKey::role:
          role = nodes.read<Role>("role", [&](const Event& value) { return read_role(value, problems_); });
          return;
        case UserKey::labels:
          return grants_.read_labels(entry, nodes);
        case UserKey::language:
          return grants_.read_language(entry, nodes);
      }
    });
  }
  Document::Member& member = document_.members[entered.row];
  const ItemRef item{TableId::members, entered.row, member.mark};
  Specified<ShortText> kept_name = member.said_name();
  merger_.merge(kept_name, name, item, SpecifiedKey::name, "name", seen[static_cast<std::size_t>(UserKey::name)]);
  member.say_name(kept_name);
  merger_.merge(member.role, role, item, SpecifiedKey::role, "role", seen[static_cast<std::size_t>(UserKey::role)]);
  member.patch = entered.is_new ? grants_.add(item) : grants_.merge(member.patch, item);
}

Specified<ShortText> HierarchyReader::read_text(NodeReader& nodes, std::string_view what, Sharing sharing) {
  return nodes.read<ShortText>(what, [&](const Event& value) -> std::optional<ShortText> {
    if (const auto fault = find_fault_in_text(value.text)) {
      problems_.add(value.mark, [&] { return fmt::format("the {} {} {}", what, quote(value.text), *fault); });
      return std::nullopt;
    }
    return sharing == Sharing::shared ? keep_shared(value.text) : document_.text.keep_short(value.text);
  });
}

/// Stores a text like TextArena::keep_short, but stores equal texts once.
ShortText HierarchyReader::keep_shared(std::string_view text) {
  const auto found = shared_texts_.find(text);
  if (found != shared_texts_.end()) return found->second;
  const ShortText kept = document_.text.keep_short(text);
  shared_texts_.emplace(kept, kept);
  return kept;
}

}  // namespace allot
