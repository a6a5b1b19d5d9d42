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

/// Whether a creation of what exists already is left alone instead of refused.
enum class IfExists { fail, keep };

/// Whether missing groups above are made as well.
enum class Parents { must_exist, create };

/// Whether a group that still has something in it is removed with it.
enum class Recursive { no, yes };

/// What a command says of a group: what is not named stays.
struct GroupPatch {
  std::optional<std::string> kind;
  std::optional<Restriction> restriction;
  std::optional<bool> suspended;
  std::optional<int> remind_before;
  std::optional<Repeat> remind_repeat;
  bool remind_users = false;
  bool drops_reminder = false;
};

/// What a command says of a grant, by name: what is not named stays.
struct GrantChange {
  std::vector<std::pair<std::string, std::int32_t>> counts;
  std::vector<std::string> added_features;
  std::vector<std::string> dropped_features;
  std::optional<Day> from;   ///< `Day::beginning()` opens it
  std::optional<Day> until;  ///< `Day::forever()` opens it
};

/// What a command says of a licence.
struct LicenseChange {
  std::optional<std::string> type;
  GrantChange grant;
};

/// What a command says of a membership.
struct MembershipChange {
  std::optional<std::string> name;
  std::optional<Role> role;
  bool inherits_features = false;  ///< it shall have all features of its group
  bool drops_features = false;     ///< it shall have an empty list
  GrantChange grant;
};

struct ImportOptions;
struct Input;
struct NewStore;

/// What a pruning of the log removed.
struct PrunedLog {
  std::int64_t entries = 0;
  std::int64_t first_kept = 0;  ///< the first revision of which the log has, or will have, an entry
};

/// How a write reports its changes: how many of them it keeps.
inline constexpr std::size_t kFewChanges = 20;

/// One transaction that writes: each verb below sees and does what the engine's actor may (allot-rules(7), Delegation),
/// is checked against every rule that it can break (allot-rules(7), Checking) and throws where it is refused, after
/// which the whole write is given up. Nothing is saved before `commit`.
class Write {
 public:
  /// Locks the store; throws busy where it stays locked by another process.
  Write(Engine& engine, DryRun dry_run, std::size_t most_changes = kFewChanges);

  /// Lets `report` be told how far a verb is that works on a whole subtree.
  void on_progress(ReportProgress report) { report_ = std::move(report); }

  /// Has every write refused that is not made at `revision`, that of the newest entry of the log that the actor sees.
  void guard(std::int64_t revision);
  /// Throws changed where the store is not at the revision that was guarded.
  void require_current();

  /// Saves everything, unless it is a dry run, and says what was done; throws changed.
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

  /// Takes back what an entry of the log changed; the newest that the actor sees where none is named. See Undo.
  void undo(std::optional<std::int64_t> revision);

  /// Removes the entries of the log before the first one at or after a moment, in seconds since 1970-01-01 UTC, and the
  /// versions that these replaced or removed. Saves that at once, unless it is a dry run: it is no entry of its own.
  /// Throws changed, denied.
  PrunedLog prune_log(std::int64_t before);

  void add_counted(const std::string& name, const std::optional<std::string>& required);
  void add_feature(const std::string& name);
  void remove_entry(const std::string& name);

  /// The template `name` as it is set, else as it is built in; throws not_found, denied.
  TemplateText letter_template(const std::string& name);

  /// Sets the texts of the template `name`, or takes it back to the built-in ones.
  void set_template(const std::string& name, const TemplateText& letter);
  void reset_template(const std::string& name);

  Engine& engine() { return engine_; }
  const Catalogue& catalogue() { return store().catalogue(); }
  Day today() const { return engine_.today(); }

  /// Says what was done beside what was asked.
  void note(std::string sentence) { outcome_.notes.push_back(std::move(sentence)); }
  const std::vector<std::string>& notes() const { return outcome_.notes; }

 private:
  friend Violations import_hierarchy(Write& write, const std::vector<Input>& inputs, const ImportOptions& options);
  friend class ImportSaving;
  friend class Undo;
  friend Outcome init_store(const NewStore& wanted);

  Store& store() { return engine_.store_; }
  Counters& counters_of(Op op);

  /// Counts a change of an item and keeps it while there is room; `make` is called only where it is kept. `group` is
  /// the group that was changed or in which the item is, of a group that was created the one above it; 0 for what is of
  /// no group. What is changed without being recorded is not saved.
  template <typename Make>
  void record(const Authorization& /*proof that it may be changed*/, Op op, What what, GroupId /*group*/, Make make) {
    counters_of(op).of(what) += 1;
    if (what == What::group || what == What::membership) authorizer_.forget();
    const bool is_kept = outcome_.changes.size() < most_changes_;
    outcome_.has_all_changes = outcome_.has_all_changes && is_kept;
    if (is_kept) outcome_.changes.push_back(make());
  }

  /// Makes the counters and the changes those of the versions that the write made, where it changed a row more than
  /// once.
  void coalesce();

  /// Counts what is as it was asked to be.
  void keep(What what) { outcome_.unchanged.of(what) += 1; }

  /// Counts `change` more shared groups that draw on what is at `at` of `chain` or through it, and saves the figures.
  void count_ceilings(AncestorPath& ancestors, std::size_t at, std::int64_t change);

  /// Adds `change` to what is allotted at `at` of `chain` and above, saves the figures and checks every limit touched;
  /// `allowance` says what is asked for and learns how much of it each limit would have allowed.
  void allot(AncestorPath& ancestors, std::size_t at, const Usage& change, Headroom& headroom,
             ViolationReport& violation_report);

  /// Judges the group at `path` and all below it anew, from the rows as they are now, and passes on to the groups
  /// `above` it, if there are any, what it takes instead of `taken_before`.
  void validate_subtree(const Path& path, AncestorPath above, const Usage& taken_before, Headroom& headroom,
                        ViolationReport& violation_report);

  /// The groups down to `path`, as Authorizer gives them.
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
  bool reads_changes_ = false;  // whether not every change was recorded as it was made
  std::optional<std::int64_t> guarded_;
  std::int64_t first_revision_ = 0;    // when the write began
  std::vector<GroupId> actor_groups_;  // in which the actor had power when the write began
  ReportProgress report_;
};

/// What a new store shall be.
struct NewStore {
  std::string path;
  std::optional<LicenseChange> license;  ///< `/` gets it as `main` and is reserved
  Day today;
  std::optional<std::string> actor;
  Origin origin{};
  std::optional<std::int64_t> if_revision{};  ///< that of the newest entry, 0 where there is no store yet
  IfExists if_exists = IfExists::fail;
  DryRun dry_run = DryRun::no;
};

/// The error for a store that is not at the revision that was guarded.
Error changed_revision(std::int64_t revision, std::int64_t guarded);

/// Makes a store. Throws exists, changed, store, denied, or refused where the licence breaks a rule; a dry run leaves
/// nothing behind.
Outcome init_store(const NewStore& wanted);

/// Applies what a command says to a grant; throws not_found for an unknown resource or feature.
void apply(const GrantChange& specified, const Catalogue& catalogue, Grant& grant);

}  // namespace allot
