#include "libcore/storage/grant_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

template <typename Visit>
void for_each_word(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    visit(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
}

Error unknown_item(std::string_view word) {
  return Error::store(fmt::format("the store is damaged: it has {}, which its catalogue lacks", quote(word)),
                      "restore a backup");
}

}  // namespace

std::string write_counts(const Counts& counts, const Catalogue& catalogue) {
  std::string text;
  for (const ResourceId id : catalogue.counted_by_name()) {
    if (counts[id] == 0) continue;
    if (!text.empty()) text += ' ';
    text.append(catalogue.counted()[id].name).append(1, '=').append(fmt::format_int{counts[id]}.c_str());
  }
  return text;
}

Counts read_counts(std::string_view text, const Catalogue& catalogue) {
  Counts counts;
  for_each_word(text, [&](std::string_view word) {
    const std::size_t equals = word.find('=');
    const auto id = catalogue.find_counted(word.substr(0, equals));
    const auto count = equals == std::string_view::npos ? std::nullopt : parse_number(word.substr(equals + 1));
    if (!id || !count) throw unknown_item(word);
    counts.set(*id, static_cast<std::int32_t>(*count));
  });
  return counts;
}

void add_counted_names(std::string_view text, Catalogue& catalogue) {
  for_each_word(text, [&](std::string_view word) {
    const std::string_view name = word.substr(0, word.find('='));
    if (!catalogue.find_counted(name)) catalogue.add_counted(std::string{name}, std::nullopt);
  });
}

void add_feature_names(std::string_view text, Catalogue& catalogue) {
  for_each_word(text, [&](std::string_view word) {
    if (!catalogue.find_feature(word)) catalogue.add_feature(std::string{word});
  });
}

std::string write_features(const Features& features, const Catalogue& catalogue) {
  std::string text;
  for (const FeatureId id : catalogue.features_by_name()) {
    if (!features.has(id)) continue;
    if (!text.empty()) text += ' ';
    text += catalogue.features()[id];
  }
  return text;
}

Features read_features(std::string_view text, const Catalogue& catalogue) {
  Features features;
  for_each_word(text, [&](std::string_view word) {
    const auto id = catalogue.find_feature(word);
    if (!id) throw unknown_item(word);
    features.add(*id);
  });
  return features;
}

}  // namespace allot
