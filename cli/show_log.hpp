#pragma once

#include <optional>

#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/table.hpp"

namespace allot::cli {

/// Prints entries of the log, one a record, in the context's format; `finish` after the last.
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

/// Prints an entry with everything that it changed.
void show_entry(const LogEntry& entry, EntryChanges& changes, Context& context);

}  // namespace allot::cli
