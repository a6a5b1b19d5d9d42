#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libcore/model/schedule.hpp"
#include "libcore/storage/ledger.hpp"
#include "libcore/template/template.hpp"

namespace allot {

/// What only an administrator of `/` may do.
inline constexpr std::string_view kReminding = "see or send reminders";

/// A licence that administrators are to be told of.
struct DueLicense {
  std::string path;  ///< of its group
  ExpiringLicense ending;
  Blocked blocked;  ///< with its end
};

/// The end of a recipient's own access in a group.
struct DueAccess {
  std::string path;
  Slot slot;
  AccessEnd end;
  bool is_covered = false;          ///< the user's other groups still give as much of what is lost
  std::vector<std::string> others;  ///< those groups, where they do
};

/// All that is due to one recipient on a day: one mail.
struct Digest {
  std::string email;
  std::string name;  ///< empty where no membership seen has one
  std::vector<std::shared_ptr<const DueLicense>> licenses;
  std::vector<DueAccess> accesses;

  /// What the mail speaks of, each slot once.
  std::vector<MailSlot> slots() const;
};

/// A reminder that reaches nobody: neither its group nor one above has an administrator.
struct Unreached {
  std::string path;
  std::string license;
  Day last;
};

/// What is due on a day, as the ledger stands.
struct Reminders {
  std::vector<Digest> digests;    ///< by e-mail
  std::vector<StoredMail> begun;  ///< mails that may have gone and go again as they are, the oldest first
  std::vector<Unreached> unreached;
};

/// Finds what is due on `day`; allot-remind(1), Schedule. Where it is asked for what a deferred mail spoke of, that is
/// due again.
Reminders find_reminders(Store& store, Day day);

/// The mail for a digest, from the template that is set for it.
TemplateText write_letter(Store& store, const Digest& digest, Day day);

/// The built-in template `name`; throws not_found, naming the nearest.
const BuiltInTemplate& get_built_in_template(const std::string& name);

/// The template `name` as it is set, else as it is built in.
TemplateText get_template(Store& store, const std::string& name);

/// A restricted group that has little left of a resource.
struct LowGroup {
  std::string path;
  std::string item;
  std::int64_t limit = 0;
  std::int64_t available = 0;
};

/// Whether so much available is at or below that share of the limit; nothing is where the limit is 0.
bool is_low(std::int64_t available, std::int64_t limit, int percent);

}  // namespace allot
