#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/table.hpp"
#include "libcore/reminders/mailing.hpp"

namespace allot::cli {

/// A mail that is due, as it would go.
struct DueMail {
  Digest digest;
  TemplateText letter;
};

/// What a run would do, and what it would tell of beside.
struct Preview {
  const std::vector<DueMail>& mails;
  const std::vector<StoredMail>& begun;
  const std::vector<Unreached>& unreached;
  const std::optional<std::vector<LowGroup>>& low;
};

/// Prints the mails that are due and those that go again, whom reminders do not reach, and what there is little of.
void show_reminders(const Preview& preview, const Catalogue& catalogue, Context& context);

/// Prints what became of the mails of a run: each as it is told, in JSON all of them at the end.
class SendingList {
 public:
  explicit SendingList(Context& context) : context_(context) {}

  void add(const SentMail& sent);
  void finish(const MailReport& report, const std::optional<std::vector<LowGroup>>& low);

 private:
  Context& context_;
};

/// Prints the mails of the ledger one after the other; `finish` after the last.
class MailList {
 public:
  explicit MailList(Context& context);
  void add(const StoredMail& mail, const std::vector<MailSlot>& slots);
  void finish();

 private:
  Context& context_;
  std::optional<JsonArray> json_;
  Table table_;
};

/// The error for mails that were not delivered and reminders that reach nobody; nothing where all is well.
std::optional<Error> find_mail_error(const std::vector<SentMail>& mails, const std::vector<Unreached>& unreached);

}  // namespace allot::cli
