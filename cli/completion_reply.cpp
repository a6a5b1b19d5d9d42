#include "cli/completion_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "libcore/base/letter_case.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

/// The text that every candidate begins with.
std::string common_of(const Candidates& found) {
  if (found.is_cut) return found.common;
  std::string common = found.items.front().text;
  for (const Candidate& each : found.items) common = common_start(common, each.text);
  return common;
}

/// Whether `common` has all of the typed word, and is not the word itself.
bool is_progress(const std::string& common, const std::string& typed) {
  return common != typed && starts_with_any_case(common, typed);
}

std::string notice_of(const Candidates& found) {
  return fmt::format("only the first {}, type more", found.items.size());
}

std::string clean(const std::string& text) {
  std::string line = escape_for_terminal(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
  return line;
}

/// A group that is typed in full is completed to what is below it.
bool needs_slash(const Candidates& found, const std::string& typed) {
  return found.items.size() == 1 && found.items[0].follow == Follow::slash && found.items[0].text == typed;
}

std::string_view follow_of(const Candidate& candidate) {
  if (candidate.follow == Follow::space) return "";
  return candidate.follow == Follow::slash ? "/" : "+";
}

/// A word for fish to list beside the candidates of a cut list, so that it inserts no more than this. It must not be
/// the only one in the case that was typed, as fish shows no others then.
std::string anchor_of(const Candidates& found, const std::string& typed) {
  std::string common = common_of(found);
  if (is_progress(common, typed)) return common;
  for (const Candidate& each : found.items) {
    if (each.text.starts_with(typed)) return typed;
  }
  std::string anchor;
  const auto characters = split_characters(found.items.front().text);
  for (std::size_t i = 0; i < std::min(characters.size(), split_characters(typed).size()); ++i) anchor += characters[i];
  return anchor;
}

/// The candidates that fish does not show, as others begin with what was typed in the same case.
std::string list_unshown(const Candidates& found, const std::string& typed) {
  std::string unshown;
  std::size_t count = 0;
  for (const Candidate& each : found.items) {
    if (each.text.starts_with(typed)) continue;
    unshown += (unshown.empty() ? "" : ", ") + each.text;
    ++count;
  }
  return count == found.items.size() ? std::string{} : unshown;
}

/// The bytes that all quoted words begin with, which a shell inserts. It may end with half of an escape.
std::string common_bytes(const std::vector<std::string>& quoted) {
  std::string common = quoted.front();
  for (const std::string& each : quoted) {
    common.erase(std::mismatch(common.begin(), common.end(), each.begin(), each.end()).first, common.end());
  }
  return common;
}

/// The candidates as bash inserts them.
class BashWords {
 public:
  BashWords(const std::string& kept, char quote) : kept_(kept), quote_(quote) {}

  /// Whether `text` begins with what bash keeps. In an e-mail, letters of another case are the same.
  bool can_follow(const std::string& text) const {
    const std::string start = text.substr(0, kept_.size());
    return start == kept_ || (text.find('/') == std::string::npos && equals_folded(start, kept_));
  }
  std::string rest_of(const std::string& text) const {
    return quote_for_bash(std::string_view{text}.substr(std::min(kept_.size(), text.size())), quote_);
  }

 private:
  const std::string& kept_;
  char quote_;
};

}  // namespace

void reply_to_zsh(const Candidates& found, const PartialLine& line, std::ostream& out) {
  if (found.are_files) {
    out << "files\n";
    return;
  }
  if (found.items.empty()) return;
  std::string common = common_of(found);
  bool is_safe = !found.is_cut;
  std::vector<std::string> quoted;
  for (const Candidate& each : found.items) {
    is_safe = is_safe && each.text.starts_with(line.current);
    quoted.push_back(quote_for_bash(each.text, line.quote));
  }
  is_safe = is_safe && common_bytes(quoted) == quote_for_bash(common, line.quote);
  Candidates shown = found;
  std::string_view way = is_safe ? "native" : "list";
  if (!is_safe && is_progress(common, line.current)) {
    way = "replace";
    if (found.items.size() > 1 || found.is_cut) shown.items = {{common, "", Follow::more}};
  }
  out << way << '\n' << (found.is_cut ? notice_of(found) : "") << '\n';
  for (const Candidate& each : shown.items) {
    out << follow_of(each) << '\t' << each.text << '\t' << clean(each.description) << '\n';
  }
}

void reply_to_fish(const Candidates& found, const PartialLine& line, std::ostream& out) {
  out << (found.are_files ? "files\n" : "words\n");
  if (found.are_files || found.items.empty()) return;
  // First, as fish shows the first rows of a long list.
  if (found.is_cut) {
    out << anchor_of(found, line.current) << '\t' << notice_of(found) << '\n';
  } else if (const std::string unshown = list_unshown(found, line.current); !unshown.empty()) {
    out << line.current << "\tin another case: " << clean(unshown) << '\n';
  }
  const bool has_slash = needs_slash(found, line.current);
  for (const Candidate& each : found.items) {
    out << each.text << (has_slash ? "/" : "") << '\t' << clean(each.description) << '\n';
  }
}

void reply_to_bash(const Candidates& found, const PartialLine& line, const std::string& kept, BashRequest request,
                   std::ostream& out) {
  if (found.are_files) {
    out << "files\n";
    return;
  }
  const BashWords words{kept, line.quote};
  Candidates shown = found;
  std::erase_if(shown.items, [&](const Candidate& each) { return !words.can_follow(each.text); });
  if (shown.items.empty()) return;
  if (shown.items.size() == 1 && !found.is_cut) {
    const Candidate& only = shown.items[0];
    out << (only.follow == Follow::space ? "words\n" : "part\n")
        << words.rest_of(only.text + (needs_slash(shown, line.current) ? "/" : "")) << '\n';
    return;
  }
  std::vector<std::string> lines;
  for (const Candidate& each : shown.items) lines.push_back(words.rest_of(each.text));
  const std::string common = common_of(shown);
  const bool is_inserting = request != BashRequest::menu && request != BashRequest::list;
  const bool is_safe =
      !found.is_cut && is_progress(common, line.current) && common_bytes(lines) == words.rest_of(common);
  if (is_inserting && !is_safe && is_progress(common, line.current) && words.can_follow(common)) {
    lines = {words.rest_of(common)};
  } else if (found.is_cut && request != BashRequest::menu) {
    lines.push_back(lines.front().starts_with('(') ? notice_of(found) : '(' + notice_of(found) + ')');
  } else if (is_inserting && !is_safe) {
    lines.emplace_back();  // bash inserts what all have in common, which is nothing then
  }
  out << "part\n";
  for (const std::string& each : lines) out << each << '\n';
}

}  // namespace allot::cli
