#pragma once

#include <optional>

#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/table.hpp"

namespace allot::cli {

/// Prints entries of the log, one per record, in the context's format. Call `finish` after the last.
class LogList {
 public:
  explicit LogList(Context& context);
  void add(const LogEntry& entry);
  void finish();

 private:
  Context& context_;
  std::optional<JsonArray> json_;
  Table table_;
};

/// Writes an entry with all its changes to `out` as JSON on one line.
void write_entry_line(const LogEntry& entry, EntryChanges& changes, std::ostream& out);

/// Prints an entry with all its changes.
void show_entry(const LogEntry& entry, EntryChanges& changes, Context& context);

}  // namespace allot::cli
