#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/access/authorizer.hpp"
#include "libcore/access/engine.hpp"
#include "libcore/base/progress.hpp"
#include "libcore/edit/outcome.hpp"
#include "libcore/edit/removal_limit.hpp"
#include "libcore/edit/row_changes.hpp"

namespace allot {

/// Whether creating an item that exists already is an error or has no effect.
enum class IfExists { fail, keep };

/// The result of pruning the log.
struct PrunedLog {
  std::int64_t entries = 0;
  std::int64_t first_kept = 0;  ///< the first revision that the log has, or will have, an entry for
};

/// The default number of changes that a write keeps for its report.
inline constexpr std::size_t kFewChanges = 20;

/// A write transaction. The functions that make changes are in groups.hpp, licenses.hpp, members.hpp, catalogue.hpp,
/// templates.hpp, undo.hpp and libcore/import: each change is authorized for the engine's actor (allot-rules(7),
/// Delegation) and checked against every rule that it can break (allot-rules(7), Checking). A function that is refused
/// throws; the write must then be discarded. Nothing is saved before `commit`, except by `prune_log`.
class Write {
 public:
  /// Locks the store; throws busy if another process keeps it locked.
  Write(Engine& engine, DryRun dry_run, std::size_t most_changes = kFewChanges);

  /// Sets the progress callback for functions that process a whole subtree.
  void on_progress(ReportProgress report) { progress_ = std::move(report); }

  /// Makes `commit` and `require_current` fail unless the newest log entry that the actor sees has this revision.
  void guard(std::int64_t revision);
  /// Throws changed if the newest visible entry does not have the guarded revision.
  void require_current();

  /// Makes `commit` fail if the write removes more than `limit` of what the actor sees.
  void limit_removals(const RemovalLimit& limit) { max_removals_ = limit; }

  /// Saves all changes, unless this is a dry run, and returns the result; throws changed, too_many_removals.
  Outcome commit();

  /// Removes the log entries before the first entry at or after a moment, in seconds since 1970-01-01 UTC, and the row
  /// versions that they replaced or removed. Saves this at once, unless this is a dry run; no log entry is added.
  /// Throws changed, denied.
  PrunedLog prune_log(std::int64_t before);

  // For the functions that make changes.

  StoreReader& rows() { return *engine_.store_; }
  RowChanges& changes() { return changes_; }
  Authorizer& authorizer() { return authorizer_; }
  const Catalogue& catalogue() { return rows().catalogue(); }
  Day today() const { return engine_.today(); }
  const ReportProgress& progress() const { return progress_; }

  /// Returns the groups from `/` down to `path`; see Authorizer.
  AncestorPath ancestors_of(const Path& path) { return authorizer_.ancestors(path); }

  /// Adds a word to the command line in the log that the program chose in place of the caller.
  void add_word(const std::string& word) { added_words_ += ' ' + word; }

  /// Adds a note on an additional effect of the write, unless the last one says the same.
  void note(std::string sentence) {
    if (outcome_.notes.empty() || outcome_.notes.back() != sentence) outcome_.notes.push_back(std::move(sentence));
  }
  /// Reports items that a renewal left; an empty list says that there was a renewal.
  void leave(const std::vector<LeftItem>& items) {
    if (!outcome_.left) outcome_.left.emplace();
    outcome_.left->insert(outcome_.left->end(), items.begin(), items.end());
  }
  const std::vector<std::string>& notes() const { return outcome_.notes; }

  /// Adds a count that the write chose to the outcome.
  void report_granted(GrantedCount granted) { outcome_.granted.push_back(std::move(granted)); }

 private:
  void add_entry();

  Engine& engine_;
  Store::Transaction transaction_;
  Authorizer authorizer_;
  DryRun dry_run_;
  Outcome outcome_;
  RowChanges changes_;
  std::optional<std::int64_t> guarded_;
  std::int64_t first_revision_ = 0;  // the newest visible revision when `guard` was called
  std::optional<RemovalLimit> max_removals_;
  std::shared_ptr<const Scope> scope_;  // of the actor at the beginning of the write
  ReportProgress progress_;
  std::string added_words_;
};

/// Returns the error for a store that is not at the guarded revision.
Error changed_revision(std::int64_t revision, std::int64_t guarded);

}  // namespace allot
