#pragma once

#include <ostream>
#include <string>

#include "cli/candidates.hpp"
#include "cli/partial_line.hpp"

namespace allot::cli {

/// What bash asked for; the values of its COMP_TYPE.
enum class BashRequest : int { complete = 9, menu = '%', list = '?' };

/// Prints candidates in the form that the script of a shell reads; `allot completion` prints the scripts. No shell
/// inserts a text that candidates left out of a cut list do not share, or one that replaces what was typed by less.
///
/// zsh: `files`; or how to insert (`native`: as zsh does; `replace`: the only candidate in place of the word; `list`:
/// nothing), the notice of a cut list (may be empty), and for each candidate `FOLLOW TAB TEXT TAB DESCRIPTION`, in
/// which FOLLOW is empty, `/` or `+` for more of the word.
void reply_to_zsh(const Candidates& found, const PartialLine& line, std::ostream& out);

/// fish: `files`; or `words` and for each candidate `TEXT TAB DESCRIPTION`.
void reply_to_fish(const Candidates& found, const PartialLine& line, std::ostream& out);

/// bash: `files`; or `words`, or `part` if no space follows, and the candidates, each without `kept`, the start of the
/// word at the cursor that bash keeps, and quoted.
void reply_to_bash(const Candidates& found, const PartialLine& line, const std::string& kept, BashRequest request,
                   std::ostream& out);

}  // namespace allot::cli
