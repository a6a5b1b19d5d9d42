#include "libcore/document/catalogue_section.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "libcore/base/text.hpp"
#include "libcore/document/keys.hpp"
#include "libcore/model/catalogue.hpp"
#include "libcore/model/hierarchy.hpp"

namespace allot {
namespace {

/// Declares the name in `entry` as `kind` and returns its row; nothing if that is not valid.
std::optional<ItemRow> declare(const Event& entry, ItemKind kind, ItemTable& items, Problems& problems) {
  if (const auto fault = find_fault_in_item_name(entry.text)) {
    problems.add(entry.mark, [&] { return fmt::format("the catalogue name {} {}", quote(entry.text), *fault); });
    return std::nullopt;
  }
  const ItemRow row = items.find_or_add(entry.text);
  if (!items.declare(row, kind, entry.mark)) return std::nullopt;
  return row;
}

/// Returns the name in `value` of the required resource; reports it if it is not a valid name.
std::optional<std::string_view> read_name(const Event& value, TextArena& text, Problems& problems) {
  if (!find_fault_in_item_name(value.text)) return text.keep(value.text);
  problems.add(value.mark, [&] { return fmt::format("{} is no counted resource", quote(value.text)); });
  return std::nullopt;
}

void read_counted_entry(const Event& entry, NodeReader& nodes, ItemTable& items, TextArena& text) {
  const auto row = declare(entry, ItemKind::counted, items, nodes.problems());
  if (!row) return nodes.skip();
  if (!nodes.begin_mapping("a counted resource")) return;
  Mark first;
  nodes.for_each_entry([&](const Event& key) {
    if (!parse_word<CountedKey>(key.text, kCountedWords)) return nodes.refuse_key(key, kCountedKeys);
    if (!nodes.is_first(key, first)) return;
    Mark mark;
    const auto required = nodes.read<std::string_view>("requires", [&](const Event& value) {
      mark = value.mark;
      return read_name(value, text, nodes.problems());
    });
    items.declare_requires(*row, required, mark.line == 0 ? first : mark);
  });
}

}  // namespace

void read_catalogue(NodeReader& nodes, ItemTable& items, TextArena& text) {
  if (!nodes.begin_mapping("catalog")) return;
  std::array<Mark, kCatalogWords.size()> seen{};
  nodes.for_each_entry([&](const Event& key) {
    const auto which = parse_word<CatalogKey>(key.text, kCatalogWords);
    if (!which) return nodes.refuse_key(key, kCatalogKeys);
    if (!nodes.is_first(key, seen[static_cast<std::size_t>(*which)])) return;
    if (*which == CatalogKey::features) {
      nodes.for_each_item("features",
                          [&](const Event& item) { declare(item, ItemKind::feature, items, nodes.problems()); });
    } else if (nodes.begin_mapping("counted")) {
      nodes.for_each_entry([&](const Event& entry) { read_counted_entry(entry, nodes, items, text); });
    }
  });
}

}  // namespace allot
