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
#include "libcore/base/progress.hpp"
#include "libcore/history/log.hpp"
#include "libcore/model/schedule.hpp"
#include "libcore/reminders/reminders.hpp"

namespace allot {

/// A membership with the path of its group and its standing on a day.
struct PlacedMembership {
  Path group;
  Membership membership;
  Status status = Status::active;
};

/// What a user has of a resource or feature: how much in all, and from which groups.
struct CountedEntitlement {
  std::int64_t total = 0;
  std::vector<std::pair<std::string, std::int64_t>> from;  ///< only groups that give more than 0, in path order
};

/// A user with all that the user is entitled to on a day; allot-rules(7), Entitlement.
struct UserState {
  std::string email;
  std::string name;
  std::vector<PlacedMembership> memberships;       ///< in path order
  std::vector<CountedEntitlement> counts;          ///< for each counted resource
  std::vector<std::vector<std::string>> features;  ///< for each feature the groups that give it
};

/// What `check` finds wrong.
struct Fault {
  std::string what;   ///< damage, figures, names, or the rule that is broken
  std::string group;  ///< its path, or empty
  std::string message;
};

struct CheckReport {
  StoreSize size;
  std::string journal_mode;   ///< of SQLite
  std::vector<Fault> faults;  ///< at most Violations::kListed of each kind
  std::size_t total = 0;
};

/// One transaction that reads: everything it answers is of one moment, and is what the engine's actor sees. What it
/// returns is valid as long as it lives.
class View {
 public:
  explicit View(Engine& engine)
      : engine_(engine),
        transaction_(engine.store_, Store::Transaction::Kind::read),
        authorizer_(engine.store_, engine.today(), engine.actor()) {}

  /// Lets `report` be told how far `walk`, `export_hierarchy` and `check` are.
  void on_progress(ReportProgress report) { report_ = std::move(report); }

  const Catalogue& catalogue() { return rows().catalogue(); }

  /// What a command shows that names no group: `/` or, of one who is acted as, each topmost group in sight; throws
  /// not_found where there is none.
  std::vector<Path> topmost() { return authorizer_.topmost(); }

  /// The groups from `/` down to `path`, the last with its licences; throws not_found.
  AncestorPath ancestors(const Path& path) { return authorizer_.ancestors(path); }

  using VisitChain = std::function<void(const AncestorPath&)>;
  /// The group at `path` and those up to `depth` levels below it in path order, each with its licences.
  void walk(const Path& path, std::optional<std::size_t> depth, const VisitChain& visit);

  /// The memberships of the last group of `chain` by e-mail; each view lives for its call of `visit`.
  void for_each_member(const AncestorPath& ancestors, const std::function<void(const MembershipView&)>& visit) {
    rows().for_each_member(ancestors.back().id, visit);
  }

  /// What can complete the name of a user or group; see Authorizer.
  std::vector<std::string> find_emails(std::string_view prefix, std::size_t most) {
    return authorizer_.find_emails(prefix, most);
  }
  std::vector<Authorizer::Step> find_steps(const Path& above, std::string_view prefix, std::size_t most) {
    return authorizer_.find_steps(above, prefix, most);
  }

  /// The entries of the log in sight, newest first.
  void for_each_entry(const LogFilter& filter, const std::function<void(const LogEntry&)>& visit) {
    Log{store(), authorizer_}.for_each(filter, visit);
  }

  /// An entry; throws not_found.
  LogEntry entry(std::int64_t revision) { return Log{store(), authorizer_}.get(revision); }

  /// What an entry that the actor sees changed; throws not_found. It must not outlive the view.
  EntryChanges changes_of(std::int64_t revision) { return Log{store(), authorizer_}.changes_of(revision); }

  /// Shows from now on the rows as they were after the write of a revision that the actor sees, or at a moment in
  /// seconds since 1970-01-01 UTC, within its scope of today; throws not_found where the log does not reach so far
  /// back.
  void show_revision(std::int64_t revision);
  void show_moment(std::int64_t moment);

  /// The state of a user on `day`; throws not_found. Of the actor it covers all groups, of others those in sight.
  UserState user(const std::string& email, Day day);

  /// Writes the group at `path` and all below it to `out` in the canonical form; allot-hierarchy(5).
  void export_hierarchy(const Path& path, std::ostream& out);

  /// What reminders are due today, and the mail for one recipient; throw denied.
  Reminders reminders();
  TemplateText letter_for(const Digest& digest);

  /// The restricted groups that have at most `percent` of a limit available on `day`, in path order; throws denied.
  std::vector<LowGroup> low_groups(int percent, Day day);

  /// The template `name` as it is set, else as it is built in, and whether it is set; throw denied, not_found.
  TemplateText letter_template(const std::string& name);
  bool has_own_template(const std::string& name);

  /// The mails of the ledger with what they spoke of, the newest first; throws denied.
  void for_each_mail(const std::function<void(const StoredMail&, const std::vector<MailSlot>&)>& visit);

  /// Proves the store whole and valid today; allot-check(1). Throws denied.
  CheckReport check();

 private:
  Store& store() { return engine_.store_; }
  Snapshot& rows() { return past_ ? *past_ : store(); }

  Engine& engine_;
  Store::Transaction transaction_;
  std::optional<Snapshot> past_;  // what is shown instead of the current rows
  Authorizer authorizer_;
  ReportProgress report_;
};

}  // namespace allot
