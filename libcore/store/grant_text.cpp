#include "libcore/store/grant_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

std::string join_sorted(std::vector<std::string>& words) {
  std::sort(words.begin(), words.end());
  return fmt::format("{}", fmt::join(words, " "));
}

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
  std::vector<std::string> words;
  for (ResourceId id = 0; id < counts.end(); ++id) {
    if (counts[id] > 0) words.push_back(fmt::format("{}={}", catalogue.counted()[id].name, counts[id]));
  }
  return join_sorted(words);
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

std::string write_features(const Features& features, const Catalogue& catalogue) {
  std::vector<std::string> words;
  for (FeatureId id = 0; id < features.end(); ++id) {
    if (features.has(id)) words.push_back(catalogue.features()[id]);
  }
  return join_sorted(words);
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
