#include "libcore/document/syntax_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

constexpr std::string_view kTab = "a tab cannot indent; use spaces";

/// A problem of the parser and its message; `{}` is replaced by the place where the context began.
struct Wording {
  std::string_view problem;
  std::string_view message;
  bool is_at_context = false;  // whether the fault is at the beginning of the context
};

constexpr std::array<Wording, 17> kWordings{{
    {"found a tab character where an indentation space is expected", kTab},
    {"found a tab character that violates indentation", kTab},
    {"mapping values are not allowed in this context",
     "':' cannot stand here; put a text that contains it between double quotes, or look at the indentation"},
    {"mapping keys are not allowed in this context", "'?' cannot stand here; put a text that begins with it in quotes"},
    {"block sequence entries are not allowed in this context",
     "'-' cannot begin a list here; write the list between '[' and ']'"},
    {"could not find expected ':'", "a ':' is missing after this key", true},
    {"found unexpected end of stream", "the quote that closes this text is missing", true},
    {"found unexpected document indicator", "the quote that closes this text is missing", true},
    {"did not find expected ',' or '}'", "a ',' or '}}' is missing before this, in the mapping begun at {}"},
    {"did not find expected ',' or ']'", "a ',' or ']' is missing before this, in the list begun at {}"},
    {"did not find expected key",
     "this does not belong to the mapping begun at {}; look at the indentation, and for text after a value"},
    {"did not find expected '-' indicator",
     "this does not belong to the list begun at {}; look at the indentation, and for text after a value"},
    {"did not find expected node content", "a value is missing before this"},
    {"did not find expected <document start>", "the document ends before this; a file holds one"},
    {"found unknown escape character", "no such escape between double quotes; a backslash itself is written \"\\\\\""},
    {"found invalid Unicode character escape code",
     "this escape names no character, but half of a pair, as JSON writes some; write the character itself (in Python "
     "with ensure_ascii=False)"},
    {"did not find expected alphabetic or numeric character",
     "a name must follow '&' and '*'; put a text that begins so between double quotes", true},
}};

const Wording* find_wording(const SyntaxFault& fault) {
  const auto* const found = std::find_if(kWordings.begin(), kWordings.end(),
                                         [&](const Wording& wording) { return wording.problem == fault.problem; });
  return found == kWordings.end() ? nullptr : found;
}

}  // namespace

const Mark& place_of(const SyntaxFault& fault) {
  const Wording* const wording = find_wording(fault);
  return wording != nullptr && wording->is_at_context ? fault.context_at : fault.at;
}

std::string describe(const SyntaxFault& fault) {
  if (fault.problem == "found character that cannot start any token") {
    if (fault.character == '\t') return std::string{kTab};
    return fmt::format("a text cannot begin with {}; put it between double quotes", quote({&fault.character, 1}));
  }
  if (const Wording* const wording = find_wording(fault)) {
    const std::string begun = fmt::format("{}:{}", fault.context_at.line, fault.context_at.column);
    return fmt::format(fmt::runtime(wording->message), begun);
  }
  if (fault.context.empty()) return fmt::format("not valid YAML: {}", fault.problem);
  return fmt::format("not valid YAML: {} {}", fault.problem, fault.context);
}

}  // namespace allot
