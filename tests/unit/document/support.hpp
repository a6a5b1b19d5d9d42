#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/document/document.hpp"

namespace allot::reading {

/// An input with the bytes `text`, read in pieces of at most `piece` bytes.
inline Input make_input(std::string name, std::string text, std::size_t piece = 4096) {
  return {std::move(name),
          [text = std::move(text), piece, at = std::size_t{0}](char* buffer, std::size_t size) mutable {
            const std::size_t count = std::min({size, piece, text.size() - at});
            std::memcpy(buffer, text.data() + at, count);
            at += count;
            return count;
          }};
}

/// The inputs `a.yaml`, `b.yaml` ... with these texts.
inline std::vector<Input> make_inputs(const std::vector<std::string>& texts) {
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    inputs.push_back(make_input(std::string{static_cast<char>('a' + i)} + ".yaml", texts[i]));
  }
  return inputs;
}

inline Document read_inputs(const std::vector<Input>& inputs, const Catalogue& known = Catalogue::built_in(),
                            const Target& target = {}) {
  Document document;
  read_hierarchy(inputs, known, target, document);
  return document;
}

inline Document read(const std::vector<std::string>& texts, const Target& target = {}) {
  return read_inputs(make_inputs(texts), Catalogue::built_in(), target);
}

/// The keys of a group of the document.
inline TraitsPatch patch_of(const Document& document, std::size_t group) {
  return document.traits_patches[document.groups[group].patch];
}

/// The problems of these files as `a.yaml:1:8: message`; empty if they are valid.
inline std::vector<std::string> problems_of(const std::vector<std::string>& texts,
                                            const Catalogue& known = Catalogue::built_in(), const Target& target = {}) {
  std::vector<std::string> lines;
  try {
    read_inputs(make_inputs(texts), known, target);
  } catch (const Error& error) {
    REQUIRE(error.kind() == ErrorKind::invalid_input);
    REQUIRE(!error.problems().empty());
    for (const Problem& problem : error.problems()) {
      lines.push_back(problem.file + ':' + std::to_string(problem.line) + ':' + std::to_string(problem.column) + ": " +
                      problem.message);
    }
  }
  return lines;
}

/// The problems of one file as `1:8: message`, one per line.
inline std::string problems_in(std::string_view text, const Catalogue& known = Catalogue::built_in(),
                               const Target& target = {}) {
  constexpr std::string_view kName = "a.yaml:";
  std::string lines;
  for (const std::string& line : problems_of({std::string{text}}, known, target)) {
    if (!lines.empty()) lines += '\n';
    lines += line.substr(kName.size());
  }
  return lines;
}

/// The same for the text after the line `allot: 1`, which is line 1.
inline std::string problems_after_version(std::string_view text) {
  return problems_in("allot: 1\n" + std::string{text});
}

}  // namespace allot::reading
