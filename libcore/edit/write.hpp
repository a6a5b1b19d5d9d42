#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/access/authorizer.hpp"
#include "libcore/access/engine.hpp"
#include "libcore/access/lookup.hpp"
#include "libcore/base/progress.hpp"
#include "libcore/edit/outcome.hpp"
#include "libcore/model/headroom.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot {

/// Whether creating an item that exists already is an error or has no effect.
enum class IfExists { fail, keep };

/// Whether missing ancestors are created.
enum class Parents { must_exist, create };

/// Whether a group is removed together with its contents.
enum class Recursive { no, yes };

/// The specified properties of a group; unspecified properties keep their values.
struct GroupPatch {
  std::optional<std::string> kind;
  std::optional<Restriction> restriction;
  std::optional<bool> suspended;
  std::optional<int> remind_before;
  std::optional<Repeat> remind_repeat;
  bool remind_users = false;
  bool drops_reminder = false;
};

/// The specified parts of a grant, by name; unspecified parts keep their values.
struct GrantChange {
  std::vector<std::pair<std::string, std::int32_t>> counts;
  std::vector<std::string> added_features;
  std::vector<std::string> dropped_features;
  std::optional<Day> from;   ///< `Day::beginning()` removes the first day
  std::optional<Day> until;  ///< `Day::forever()` removes the last day
};

/// The specified properties of a licence.
struct LicenseChange {
  std::optional<std::string> type;
  GrantChange grant;
};

/// The specified properties of a membership.
struct MembershipChange {
  std::optional<std::string> name;
  std::optional<Role> role;
  bool inherits_features = false;  ///< give it all features of its group
  bool drops_features = false;     ///< give it an empty list
  GrantChange grant;
};

struct ImportOptions;
struct Input;
struct NewStore;

/// The result of pruning the log.
struct PrunedLog {
  std::int64_t entries = 0;
  std::int64_t first_kept = 0;  ///< the first revision that the log has, or will have, an entry for
};

/// The default number of changes that a write keeps for its report.
inline constexpr std::size_t kFewChanges = 20;

/// A write transaction. Each change is authorized for the engine's actor (allot-rules(7), Delegation) and checked
/// against every rule that it can break (allot-rules(7), Checking). A function that is refused throws; the write must
/// then be discarded. Nothing is saved before `commit`, except by `prune_log`.
class Write {
 public:
  /// Locks the store; throws busy if another process keeps it locked.
  Write(Engine& engine, DryRun dry_run, std::size_t most_changes = kFewChanges);

  /// Sets the progress callback for functions that process a whole subtree.
  void on_progress(ReportProgress report) { report_ = std::move(report); }

  /// Makes `commit` and `require_current` fail unless the newest log entry that the actor sees has this revision.
  void guard(std::int64_t revision);
  /// Throws changed if the newest visible entry does not have the guarded revision.
  void require_current();

  /// Saves all changes, unless this is a dry run, and returns the result; throws changed.
  Outcome commit();

  void add_group(const Path& path, const GroupPatch& specified, Parents parents, IfExists if_exists);
  void set_group(const Path& path, const GroupPatch& specified);
  void move_group(const Path& path, const Path& new_parent);
  void rename_group(const Path& path, const std::string& name);
  void remove_group(const Path& path, Recursive recursive);

  void add_license(const Path& path, const std::string& name, const LicenseChange& specified,
                   std::optional<Restriction> restriction, IfExists if_exists);
  void set_license(const Path& path, const std::string& name, const LicenseChange& specified);
  void remove_license(const Path& path, const std::string& name);

  void add_member(const Path& path, const std::string& email, const MembershipChange& specified, IfExists if_exists);
  void set_member(const Path& path, const std::string& email, const MembershipChange& specified);
  void remove_member(const Path& path, const std::string& email);
  void remove_user(const std::string& email);
  void move_member(const std::string& email, const Path& from, const Path& to);
  void rename_user(const std::string& email, const std::string& new_email);

  /// Reverts a log entry; without a revision, the newest that the actor sees. See Undo.
  void undo(std::optional<std::int64_t> revision);

  /// Removes the log entries before the first entry at or after a moment, in seconds since 1970-01-01 UTC, and the row
  /// versions that they replaced or removed. Saves this at once, unless this is a dry run; no log entry is added.
  /// Throws changed, denied.
  PrunedLog prune_log(std::int64_t before);

  void add_counted(const std::string& name, const std::optional<std::string>& required);
  void add_feature(const std::string& name);
  void remove_entry(const std::string& name);

  /// Returns the template `name` that was set, else the built-in template; throws not_found, denied.
  TemplateText letter_template(const std::string& name);

  /// Set the texts of the template `name`, or restore the built-in texts.
  void set_template(const std::string& name, const TemplateText& letter);
  void reset_template(const std::string& name);

  Engine& engine() { return engine_; }
  const Catalogue& catalogue() { return store().catalogue(); }
  Day today() const { return engine_.today(); }

  /// Adds a note on an additional effect of the write.
  void note(std::string sentence) { outcome_.notes.push_back(std::move(sentence)); }
  const std::vector<std::string>& notes() const { return outcome_.notes; }

 private:
  friend Violations import_hierarchy(Write& write, const std::vector<Input>& inputs, const ImportOptions& options);
  friend class ImportSaving;
  friend class Undo;
  friend Outcome init_store(const NewStore& wanted);

  Store& store() { return engine_.store_; }
  Counters& counters_of(Op op);

  /// Counts a change and keeps it for the report while there is space; `make` is only called for a change that is kept.
  /// `group` is the changed group or the group of the item; for a created group its parent; 0 for an item of no group.
  /// A write is only saved if changes were recorded, or found by `coalesce`.
  template <typename Make>
  void record(const Authorization& /*proof that it may be changed*/, Op op, What what, GroupId /*group*/, Make make) {
    counters_of(op).of(what) += 1;
    if (what == What::group || what == What::membership) authorizer_.forget();
    const bool is_kept = outcome_.changes.size() < most_changes_;
    outcome_.has_all_changes = outcome_.has_all_changes && is_kept;
    if (is_kept) outcome_.changes.push_back(make());
  }

  /// Recomputes the counters and changes from the row versions of the write, if it changed a row more than once.
  void coalesce();

  /// Counts an item that already was as specified.
  void keep(What what) { outcome_.unchanged.of(what) += 1; }

  /// Adds `change` to the number of shared groups that draw on the group at index `at` of `ancestors`, directly or
  /// through it, and saves the figures.
  void count_ceilings(AncestorPath& ancestors, std::size_t at, std::int64_t change);

  /// Adds `change` to the allotted usage at index `at` of `ancestors` and above, saves the figures and checks every
  /// affected limit. `headroom` holds the requested grant and collects how much of it each limit allows.
  void allot(AncestorPath& ancestors, std::size_t at, const Usage& change, Headroom& headroom,
             ViolationReport& violation_report);

  /// Validates the subtree at `path` from the current rows and propagates its usage, in place of `taken_before`, to the
  /// groups `above` it, if there are any.
  void validate_subtree(const Path& path, AncestorPath above, const Usage& taken_before, Headroom& headroom,
                        ViolationReport& violation_report);

  /// Returns the groups from `/` down to `path`; see Authorizer.
  AncestorPath ancestors_of(const Path& path) { return authorizer_.ancestors(path); }

  void save_figures(const PathNode& node);
  StoredEntry add_entry();
  bool is_saved(const StoredEntry& entry);

  void put_licenses(AncestorPath& ancestors, const GroupTraits& traits, std::vector<License> licenses,
                    const License* written);
  void put_member(AncestorPath& ancestors, const Membership* before, const Membership* after);
  std::vector<std::pair<Path, Authorization>> authorize_all(
      const std::vector<std::pair<GroupId, Membership>>& memberships);
  void remove_member(AncestorPath& ancestors, const Membership& before, const Authorization& authorization);
  Membership new_member(const std::string& email, const MembershipChange& specified);
  void note_kept_licenses(const AncestorPath& ancestors, Restriction restriction);

  Engine& engine_;
  Store::Transaction transaction_;
  Authorizer authorizer_;
  DryRun dry_run_;
  std::size_t most_changes_;
  Outcome outcome_;
  bool reads_changes_ = false;  // whether the recorded changes are incomplete
  std::optional<std::int64_t> guarded_;
  std::int64_t first_revision_ = 0;    // the newest visible revision when `guard` was called
  std::vector<GroupId> actor_groups_;  // the groups in the actor's scope at the beginning of the write
  ReportProgress report_;
};

/// The parameters of a new store.
struct NewStore {
  std::string path;
  std::optional<LicenseChange> license;  ///< created as `main` in `/`, which becomes reserved
  Day today;
  std::optional<std::string> actor;
  Origin origin{};
  std::optional<std::int64_t> if_revision{};  ///< the revision of the newest entry; 0 if there is no store
  IfExists if_exists = IfExists::fail;
  DryRun dry_run = DryRun::no;
};

/// Returns the error for a store that is not at the guarded revision.
Error changed_revision(std::int64_t revision, std::int64_t guarded);

/// Creates a store. Throws exists, changed, store, denied, or refused if the licence breaks a rule; a dry run leaves no
/// files.
Outcome init_store(const NewStore& wanted);

/// Applies a change to a grant; throws not_found for an unknown resource or feature.
void apply(const GrantChange& specified, const Catalogue& catalogue, Grant& grant);

}  // namespace allot
