#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/access/authorizer.hpp"
#include "libcore/access/engine.hpp"
#include "libcore/access/lookup.hpp"
#include "libcore/access/name_search.hpp"
#include "libcore/base/progress.hpp"
#include "libcore/history/log.hpp"
#include "libcore/model/holdings.hpp"
#include "libcore/model/schedule.hpp"
#include "libcore/query/rebalance.hpp"
#include "libcore/query/user_items.hpp"
#include "libcore/reminders/reminders.hpp"

namespace allot {

/// A membership with the path of its group and its status on a day.
struct PlacedMembership {
  Path group;
  Membership membership;
  Status status = Status::active;
};

/// The entitlement of a user to a resource: the total and the groups that contribute to it.
struct CountedEntitlement {
  std::int64_t total = 0;
  std::vector<std::pair<std::string, std::int64_t>> from;  ///< groups that contribute more than 0, in path order
};

/// A user with all entitlements on a day; allot-rules(7), Entitlement.
struct UserState {
  std::string email;
  std::string name;
  std::vector<PlacedMembership> memberships;       ///< in path order
  std::vector<CountedEntitlement> counts;          ///< for each counted resource
  std::vector<std::vector<std::string>> features;  ///< for each feature the groups that provide it
};

/// A fault that `check` found.
struct Fault {
  std::string what;   ///< damage, figures, names, or the broken rule
  std::string group;  ///< its path, or empty
  std::string message;
};

struct CheckReport {
  StoreSize size;
  std::string journal_mode;   ///< the journal mode of SQLite; empty for a store on a server
  std::vector<Fault> faults;  ///< at most Violations::kListed of each kind
  std::size_t total = 0;
};

/// A read transaction: all results are of one moment and restricted to what the engine's actor sees. Results are valid
/// as long as the view.
class View {
 public:
  explicit View(Engine& engine)
      : engine_(engine),
        transaction_(engine.store_with_actor(), Store::Transaction::Kind::read),
        authorizer_(*engine.store_, engine.today(), engine.actor()) {}

  /// Sets the progress callback of `walk`, `export_hierarchy` and `check`.
  void on_progress(ReportProgress report) { report_ = std::move(report); }

  const Catalogue& catalogue() { return rows().catalogue(); }

  /// Returns the revision of the newest entry of the log that the actor sees.
  std::int64_t revision() { return newest_visible_revision(store(), authorizer_); }

  /// Returns the groups that a command without a group argument shows: `/`, or the actor's topmost visible groups;
  /// throws not_found if there are none.
  std::vector<Path> topmost() { return authorizer_.topmost(); }

  /// Returns the groups from `/` down to `path`, the last with its licences; throws not_found.
  AncestorPath ancestors(const Path& path) { return authorizer_.ancestors(path); }

  using VisitAncestors = std::function<void(const AncestorPath&)>;
  /// Visits the group at `path` and the groups up to `depth` levels below it in path order, each with its licences.
  void walk(const Path& path, std::optional<std::size_t> depth, const VisitAncestors& visit);

  /// Returns what users hold on `day` in each group that `walk` visits, in the same order: one holding for each counted
  /// resource.
  std::vector<std::vector<Holding>> holdings(const Path& path, std::optional<std::size_t> depth, Day day);

  /// Visits the memberships of the last group of `ancestors` by e-mail; each view is valid during its call of `visit`.
  void for_each_member(const AncestorPath& ancestors, const std::function<void(const MembershipView&)>& visit) {
    rows().for_each_member(ancestors.back().id, visit);
  }

  /// Returns a search for the names of groups and users; it must not outlive the view.
  NameSearch names() { return {rows(), authorizer_}; }

  /// Visits the visible entries of the log, newest first.
  void for_each_entry(const LogFilter& filter, const std::function<void(const LogEntry&)>& visit) {
    Log{store(), authorizer_}.for_each(filter, visit);
  }

  /// Visits the visible entries after `position`, oldest first; see Log::read_on.
  bool read_on(LogPosition& position, const std::function<bool(const LogEntry&, EntryChanges&)>& visit) {
    return Log{store(), authorizer_}.read_on(position, visit);
  }

  /// Returns an entry; throws not_found.
  LogEntry entry(std::int64_t revision) { return Log{store(), authorizer_}.get(revision); }

  /// Returns the changes of an entry; throws not_found. The result must not outlive the view.
  EntryChanges changes_of(std::int64_t revision) { return Log{store(), authorizer_}.changes_of(revision); }

  /// Make the view show the rows as of a revision that the actor sees, or as of a moment in seconds since 1970-01-01
  /// UTC, within the actor's current scope; throw not_found if the log does not reach that far back.
  void show_revision(std::int64_t revision);
  void show_moment(std::int64_t moment);

  /// Returns the state of a user on `day`; throws not_found. It covers all groups for the actor itself, else visible
  /// groups.
  UserState user(const std::string& email, Day day);

  /// Returns what each membership of a user gives of each item, or of the item `name`, on `day`, in path order; throws
  /// not_found.
  std::vector<UserItem> user_items(const UserState& user, const std::optional<std::string>& name, Day day);

  /// Writes the subtree at `path` to `out` in the canonical form; allot-hierarchy(5).
  void export_hierarchy(const Path& path, std::ostream& out);

  /// Return the reminders that are due today, and the mail for one recipient; throw denied.
  Reminders reminders();
  TemplateText letter_for(const Digest& digest);

  /// Returns the restricted groups with at most `percent` of a limit available on `day`, in path order; throws denied.
  std::vector<LowGroup> low_groups(int percent, Day day);

  /// Plans how `need` more of `item` become available in a group today; see plan_rebalance.
  RebalancePlan rebalance(const Path& path, const std::string& item, std::int64_t need);

  /// Return the template `name`, as set or built in, and whether it was set; throw denied, not_found.
  TemplateText letter_template(const std::string& name);
  bool has_own_template(const std::string& name);

  /// Visits the mails of the ledger with their slots, newest first; throws denied.
  void for_each_mail(const std::function<void(const StoredMail&, const MailContents&)>& visit);

  /// Checks the integrity of the store and all rules as of today; allot-check(1). Throws denied.
  CheckReport check();

 private:
  CheckReport check_rows();

  Store& store() { return *engine_.store_; }
  Snapshot& rows() { return past_ ? *past_ : static_cast<Snapshot&>(store()); }

  Engine& engine_;
  Store::Transaction transaction_;
  std::unique_ptr<Snapshot> past_;  // the past rows that are shown instead of the current rows
  Authorizer authorizer_;
  ReportProgress report_;
};

}  // namespace allot
