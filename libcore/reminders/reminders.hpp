#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libcore/model/schedule.hpp"
#include "libcore/storage/ledger.hpp"
#include "libcore/storage/store.hpp"
#include "libcore/template/template.hpp"

namespace allot {

/// The operation that requires administering `/`.
inline constexpr std::string_view kReminding = "see or send reminders";

/// A licence that administrators are reminded about.
struct DueLicense {
  std::string path;  ///< the path of its group
  ExpiringLicense ending;
  Blocked blocked;  ///< blocked when the licence ends
};

/// Whether a recipient may change the licences of a group, and whom to ask otherwise.
struct Advice {
  bool may_change = false;  ///< whether the recipient administers a group above the group
  std::string above;        ///< else the nearest such group that the recipient sees; empty if there is none
  std::vector<std::string> above_users;  ///< its administrators, by e-mail
};

/// A licence in a mail.
struct LicenseReminder {
  std::shared_ptr<const DueLicense> due;
  Advice advice;

  /// Returns whether the licence has an end of its own, which the recipient may not change.
  bool must_ask() const;
};

/// The end of a recipient's own access in a group.
struct DueAccess {
  std::string path;
  Slot slot;
  AccessEnd end;
  bool is_covered = false;          ///< whether the user's other groups provide at least as much as is lost
  std::vector<std::string> others;  ///< the groups that do
};

/// A counted resource of which little is available in a group.
struct DueWarning {
  std::string path;
  WarningKey key;
  std::int64_t limit = 0;
  std::int64_t available = 0;
  int percent = 0;  ///< of the limit, at or below which the warning is sent
  Advice advice;
};

/// All reminders that are due to one recipient on a day: one mail.
struct Digest {
  std::string email;
  std::string name;  ///< empty if no membership that was read has a name
  std::vector<LicenseReminder> licenses;
  std::vector<DueAccess> accesses;
  std::vector<DueWarning> warnings;

  /// Returns the reminders in the mail, each slot once.
  MailContents contents() const;
};

/// A reminder without a recipient: neither its group nor a group above has an administrator.
struct Unreached {
  std::string path;
  std::string license;  ///< empty for a warning
  Day last;             ///< the last day of the licence
  std::string item;     ///< the resource of a warning; else empty
};

/// The reminders that are due on a day according to the ledger.
struct Reminders {
  std::vector<Digest> digests;    ///< by e-mail
  std::vector<StoredMail> begun;  ///< mails that may have been sent and are sent again unchanged, oldest first
  std::vector<Unreached> unreached;
  std::vector<WarningKey> ended;  ///< warnings that were sent and are over: there is more of the resource again
  std::size_t groups = 0;         ///< groups that have a reminder
};

/// Returns the reminders that are due on `day`; allot-remind(1), Schedule. The slots of a deferred mail are due again.
Reminders find_reminders(Store& store, Day day);

/// Returns the mail for a digest, from the template that is set.
TemplateText write_letter(Snapshot& rows, const Digest& digest, Day day);

/// Returns the built-in template `name`; throws not_found with the nearest name.
const BuiltInTemplate& get_built_in_template(const std::string& name);

/// Returns the template `name` that was set, else the built-in template.
TemplateText get_template(Snapshot& rows, const std::string& name);

/// A restricted group with little of a resource available.
struct LowGroup {
  std::string path;
  std::string item;
  std::int64_t limit = 0;
  std::int64_t available = 0;
};

}  // namespace allot
