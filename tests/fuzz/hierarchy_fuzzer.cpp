// Reads any bytes as a hierarchy, as one file and as two files split at the first byte FF, and any text as a kind.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libcore/document/document.hpp"
#include "libcore/document/writer.hpp"

namespace allot {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

Input make_input(std::string name, std::string_view text) {
  return {std::move(name), [text, at = std::size_t{0}](char* buffer, std::size_t size) mutable {
            const std::size_t count = std::min(size, text.size() - at);
            std::memcpy(buffer, text.data() + at, count);
            at += count;
            return count;
          }};
}

void check(const Document& document) {
  for (std::size_t row = 1; row < document.groups.size(); ++row) {
    require(document.groups[row].parent < row && !find_fault_in_name(document.groups[row].name));
  }
  for (const Document::License& license : document.licenses) {
    require(license.group < document.groups.size() && license.patch < document.patches.size());
  }
  for (const Document::Member& member : document.members) {
    require(member.group < document.groups.size() && member.patch < document.patches.size());
  }
  for (const GrantPatch& patch : document.patches) {
    require(std::is_sorted(patch.counts.begin(), patch.counts.end()));
    for (const auto& [id, count] : patch.counts) require(id < document.catalogue.counted().size() && count >= 0);
    if (patch.features.value) require(patch.features.value->end() <= document.catalogue.features().size());
  }
}

void check(const Error& error) {
  require(error.kind() == ErrorKind::invalid_input && !error.problems().empty());
  require(error.problems().size() <= error.problems_total());
  for (const Problem& problem : error.problems()) {
    require(problem.line > 0 && problem.column > 0 && is_utf8(problem.message));
    require(problem.message.find_first_of("\n\x1B") == std::string::npos);
  }
}

std::optional<Document> read(const std::vector<Input>& inputs) {
  try {
    Document document;
    read_hierarchy(inputs, Catalogue::built_in(), {}, document);
    check(document);
    return document;
  } catch (const Error& error) {
    check(error);
    return std::nullopt;
  }
}

void check_scalar(std::string_view text) {
  if (find_fault_in_text(text)) return;
  const std::string scalar = to_yaml_scalar(text);
  const std::string file = "allot: 1\nkind: " + scalar + "\nlabels: {a: " + scalar +
                           "}\nlicenses: {a: {type: " + scalar + ", labels: {a: " + scalar + "}}}\n";
  const auto document = read({make_input("scalar", file)});
  require(document.has_value());
  const TraitsPatch& top = document->traits_patches[document->groups[0].patch];
  require(top.kind.value == text && document->licenses[0].type.value == text);
  require(top.labels.value && top.labels.value->find("a") == text);
  require(document->patches[document->licenses[0].patch].labels.value == top.labels.value);
}

}  // namespace
}  // namespace allot

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  allot::read({allot::make_input("whole", text)});
  const std::size_t cut = text.find('\xFF');
  if (cut != std::string_view::npos) {
    allot::read({allot::make_input("a", text.substr(0, cut)), allot::make_input("b", text.substr(cut + 1))});
  }
  allot::check_scalar(text);
  return 0;
}
