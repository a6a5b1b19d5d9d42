#include "libcore/document/label_reading.hpp"

#include <fmt/format.h>

#include <map>
#include <string>

#include "libcore/base/text.hpp"

namespace allot {

Specified<Labels> read_labels(NodeReader& nodes) {
  const Event value = nodes.events().next();
  if (value.is_null()) return {true, std::nullopt};
  if (!nodes.is_mapping(value, "labels")) return {};
  Problems& problems = nodes.problems();
  Labels labels;
  std::map<std::string, Mark, std::less<>> seen;
  nodes.for_each_entry([&](const Event& key) {
    if (seen.size() > Labels::kMost) return nodes.skip();
    if (const auto fault = find_fault_in_key(key.text)) {
      problems.add(key.mark, [&] { return fmt::format("the label {} {}", quote(key.text), *fault); });
      return nodes.skip();
    }
    const auto entry = seen.try_emplace(std::string{key.text}, key.mark);
    const std::string& name = entry.first->first;
    if (!entry.second) {
      problems.add_duplicate(key.text, key.mark, entry.first->second);
      return nodes.skip();
    }
    if (seen.size() > Labels::kMost) {
      problems.add(key.mark,
                   [&] { return fmt::format("with {} there are more than {} labels", quote(name), Labels::kMost); });
      return nodes.skip();
    }
    const auto text = nodes.read<std::string>("a label", [&](const Event& scalar) -> std::optional<std::string> {
      const auto fault = find_fault_in_text(scalar.text);
      if (!fault) return std::string{scalar.text};
      problems.add(scalar.mark, [&] {
        return fmt::format("the value {} of the label {} {}", quote(scalar.text), quote(name), *fault);
      });
      return std::nullopt;
    });
    labels.set(name, text.value.value_or(""));
  });
  return {true, std::move(labels)};
}

}  // namespace allot
