#include "libcore/reminders/mailing.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "libcore/access/authorizer.hpp"
#include "libcore/base/text.hpp"
#include "libcore/storage/sending_lock.hpp"

namespace allot {

/// A run that sends reminders; only one run at a time can exist for a store.
class MailRun {
 public:
  MailRun(Engine& engine, const Mailing& mailing)
      : engine_(engine), store_(*engine.store_), ledger_(store_.ledger()), mailing_(mailing) {}

  MailReport run() {
    require_permission();
    const std::unique_ptr<SendingLock> lock = store_.lock_sending(mailing_.wait);
    prepare();
    try {
      for (const StoredMail& mail : reminders_.begun) send_again(mail);
      for (std::size_t i = 0; i < letters_.size(); ++i) send(reminders_.digests[i], letters_[i]);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::mail) throw;
      report_.fault = error;
    }
    report_.unreached = std::move(reminders_.unreached);
    return std::move(report_);
  }

 private:
  void require_permission() {
    const Store::Transaction transaction{store_, Store::Transaction::Kind::read};
    Authorizer{store_, engine_.today(), engine_.actor()}.authorize_company(kReminding);
  }

  /// Finds due reminders and unfinished mails of earlier runs; withdraws deferred mails whose reminders are no longer
  /// due, and ends warnings that are over.
  void prepare() {
    std::vector<StoredMail> withdrawn;
    {
      const Store::Transaction transaction{store_, Store::Transaction::Kind::read};
      reminders_ = find_reminders(store_, engine_.today());
      for (const Digest& digest : reminders_.digests) letters_.push_back(write_letter(store_, digest, engine_.today()));
      for (StoredMail& mail : ledger_.open_mails()) {
        if (mail.state == MailState::begun) continue;
        const bool is_due =
            std::any_of(reminders_.digests.begin(), reminders_.digests.end(),
                        [&](const Digest& digest) { return equals_folded(digest.email, mail.recipient); });
        if (is_due && deferred_.emplace(fold_ascii(mail.recipient), mail).second) continue;
        withdrawn.push_back(std::move(mail));
      }
    }
    write([&] {
      for (const StoredMail& mail : withdrawn) {
        ledger_.settle(mail.id, MailState::withdrawn, mailing_.now(), mail.answer);
      }
      for (const WarningKey& key : reminders_.ended) ledger_.end_warnings(key);
    });
  }

  /// Changes the ledger in a transaction, which locks no group.
  void write(const std::function<void()>& change) {
    store_.expect_write({});
    Store::Transaction transaction{store_, Store::Transaction::Kind::write};
    change();
    transaction.commit();
  }

  /// Sends a mail again, unchanged, that an earlier run may have sent.
  void send_again(const StoredMail& mail) {
    SentMail sent{mail, contents_of(mail.id), true};
    deliver(sent);
  }

  void send(const Digest& digest, const TemplateText& letter) {
    SentMail sent;
    sent.contents = digest.contents();
    const auto deferred = deferred_.find(fold_ascii(digest.email));
    const bool is_new = deferred == deferred_.end();
    sent.mail.id = is_new ? 0 : deferred->second.id;
    sent.mail.message_id = is_new ? mailing_.new_message_id() : deferred->second.message_id;
    sent.mail.made = is_new ? mailing_.now() : deferred->second.made;
    sent.mail.recipient = digest.email;
    sent.mail.subject = letter.subject;
    sent.mail.tried = mailing_.now();
    MailTransport::Finished finished =
        mailing_.transport.compose({digest.email, digest.name, sent.mail.message_id, sent.mail.tried, letter});
    sent.mail.mail = std::move(finished.mail);
    begin(sent);
    if (!finished.fault.empty()) return settle(sent, {MailState::refused, finished.fault});
    deliver(sent);
  }

  /// Records a mail before it is sent.
  void begin(SentMail& sent) {
    write([&] {
      if (sent.mail.id == 0) {
        sent.mail.id = ledger_.add(sent.mail, sent.contents);
      } else {
        ledger_.begin_again(sent.mail, sent.contents);
      }
    });
  }

  void deliver(SentMail& sent) { settle(sent, mailing_.transport.deliver(sent.mail.recipient, sent.mail.mail)); }

  void settle(SentMail& sent, const MailTransport::Answer& answer) {
    sent.mail.state = answer.state;
    sent.mail.answer = answer.text;
    sent.mail.tried = mailing_.now();
    write([&] { ledger_.settle(sent.mail.id, answer.state, sent.mail.tried, answer.text); });
    sent.mail.mail.clear();
    mailing_.visit(sent);
    report_.mails.push_back(std::move(sent));
  }

  MailContents contents_of(std::int64_t mail) {
    const Store::Transaction transaction{store_, Store::Transaction::Kind::read};
    return ledger_.contents_of(mail);
  }

  Engine& engine_;
  Store& store_;
  Ledger& ledger_;
  const Mailing& mailing_;
  Reminders reminders_;
  std::vector<TemplateText> letters_;           // one for each digest
  std::map<std::string, StoredMail> deferred_;  // by recipient; mails whose reminders are due again
  MailReport report_;
};

MailReport send_reminders(Engine& engine, const Mailing& mailing) { return MailRun{engine, mailing}.run(); }

}  // namespace allot
