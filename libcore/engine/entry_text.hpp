#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/engine/outcome.hpp"

namespace allot {

/// Adds `change`, whose `way` is set, to the content of an entry of the log.
void append_change(const Change& change, const Catalogue& catalogue, std::string& content);

/// Adds the mark that groups whose making is not told were made below the group at the end of `way`.
void append_mark(const std::vector<std::int64_t>& way, std::string& content);

/// What the content of an entry tells.
struct EntryContent {
  std::vector<Change> changes;                    ///< in the order in which they were made
  std::vector<std::vector<std::int64_t>> marked;  ///< the ways that have a mark
};

/// Reads the content of an entry; entries of the catalogue that it names and that are no more are added to `catalogue`.
/// Throws store where it cannot be read.
EntryContent read_content(std::string_view content, Catalogue& catalogue);

/// The lines of the content of an entry, in the order in which things were changed.
std::vector<std::string_view> lines_of(std::string_view content);

/// Reads the change in a line; nothing for a mark.
std::optional<Change> read_change(std::string_view line, Catalogue& catalogue);

/// The row of the group that a change is of; 0 for the catalogue.
inline std::int64_t group_of(const Change& change) { return change.way.empty() ? 0 : change.way.back(); }

}  // namespace allot
