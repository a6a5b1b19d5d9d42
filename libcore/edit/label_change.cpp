#include "libcore/edit/label_change.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot {

void apply(const LabelChange& specified, Labels& labels) {
  for (const std::string& key : specified.removed) {
    if (labels.remove(key)) continue;
    std::vector<std::string> keys;
    labels.for_each([&](std::string_view each, std::string_view) { keys.emplace_back(each); });
    throw Error::not_found(
        fmt::format("there is no label {}", quote(key)),
        keys.empty() ? "there is no label at all" : fmt::format("there are {}", fmt::join(keys, ", ")));
  }
  for (const auto& [key, value] : specified.set) labels.set(key, value);
}

void require_few(const Labels& labels) {
  if (labels.size() <= Labels::kMost) return;
  throw Error::in_use(fmt::format("there would be {} labels; the most is {}", labels.size(), Labels::kMost),
                      "remove some with --no-label");
}

}  // namespace allot
