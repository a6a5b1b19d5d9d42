#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/table.hpp"
#include "libcore/reminders/mailing.hpp"

namespace allot::cli {

/// A due mail with the text that would be sent.
struct DueMail {
  Digest digest;
  TemplateText letter;
};

/// The mails that a run would send, and the other items it would report.
struct Preview {
  const std::vector<DueMail>& mails;
  const std::vector<StoredMail>& begun;
  const std::vector<Unreached>& unreached;
  const std::optional<std::vector<LowGroup>>& low;
  std::size_t groups = 0;  ///< groups that have a reminder
};

/// Prints the due mails, the mails to be sent again, the reminders that reach nobody, and the low groups.
void show_reminders(const Preview& preview, const Catalogue& catalogue, Context& context);

/// Prints the delivery status of the mails of a run: each mail when it is sent, in JSON all mails at the end.
class SendingList {
 public:
  explicit SendingList(Context& context) : context_(context) {}

  void add(const SentMail& sent);
  void finish(const MailReport& report, const std::optional<std::vector<LowGroup>>& low);

 private:
  Context& context_;
};

/// Prints the mails of the ledger one by one. Call `finish` after the last.
class MailList {
 public:
  explicit MailList(Context& context);
  void add(const StoredMail& mail, const MailContents& contents);
  void finish();

 private:
  Context& context_;
  std::optional<JsonArray> json_;
  Table table_;
};

/// The error for undelivered mails and for reminders that reach nobody; nullopt if there are none.
std::optional<Error> find_mail_error(const std::vector<SentMail>& mails, const std::vector<Unreached>& unreached);

}  // namespace allot::cli
