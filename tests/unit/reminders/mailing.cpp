#include "libcore/reminders/mailing.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <thread>

#include "libcore/edit/groups.hpp"
#include "libcore/edit/licenses.hpp"
#include "libcore/edit/members.hpp"
#include "libcore/query/view.hpp"
#include "libcore/storage/location.hpp"
#include "libcore/storage/sending_lock.hpp"

using namespace allot;

namespace {

Day day(const char* text) { return *Day::parse(text); }

/// A mail transport controlled by a test.
class FakeCourier : public MailTransport {
 public:
  Finished compose(const Draft& draft) override {
    return {draft.message_id + ' ' + draft.letter.subject, draft.email == unfit ? "no such address can be" : ""};
  }
  Answer deliver(const std::string& email, const std::string& mail) override {
    tried.push_back(email + ' ' + mail);
    return on_deliver ? on_deliver(email) : Answer{MailState::delivered, "250 OK"};
  }

  std::vector<std::string> tried;
  std::string unfit;  // the recipient for whom no mail can be composed
  std::function<Answer(const std::string&)> on_deliver;
};

/// A store with one license of /north that ends on 2026-12-01; two administrators are reminded every week.
class Company {
 public:
  Company() {
    unlink(path_.c_str());
    create_store(path_)->save();
    open("2026-11-24");
    Write write{*engine, DryRun::no};
    GroupPatch north;
    north.remind_before = LeadTimes{14};
    north.remind_repeat = Repeat::weekly;
    add_group(write, Path::parse("/north"), {}, Parents::create, IfExists::fail);
    set_group(write, Path::parse("/north"), north);
    LicenseChange main;
    main.grant.counts = {{"sip", 4}};
    main.grant.until = day("2026-12-01");
    add_license(write, Path::parse("/north"), "main", main, std::nullopt, IfExists::fail);
    MembershipChange admin;
    admin.role = Role::admin;
    add_member(write, Path::parse("/north"), "ann@x.example", admin, IfExists::fail);
    add_member(write, Path::parse("/north"), "bob@x.example", admin, IfExists::fail);
    write.commit();
  }
  ~Company() { unlink(path_.c_str()); }
  Company(const Company&) = delete;
  Company& operator=(const Company&) = delete;

  void open(const char* today) { engine.emplace(open_store(path_, std::chrono::milliseconds{0}), day(today)); }

  MailReport send(std::chrono::milliseconds wait = std::chrono::milliseconds{0}) {
    return send_reminders(*engine,
                          {transport, wait, english(), [] { return std::int64_t{7}; },
                           [this] { return "<" + std::to_string(++next_id_) + "@x>"; }, [](const SentMail&) {}});
  }

  std::vector<std::string> history() {
    std::vector<std::string> lines;
    View{*engine}.for_each_mail([&](const StoredMail& mail, const MailContents& contents) {
      lines.push_back(mail.message_id + ' ' + mail.recipient + ' ' + std::string{word_for(mail.state)} + ' ' +
                      std::to_string(contents.slots.size() + contents.warnings.size()));
    });
    return lines;
  }

  const std::string& path() const { return path_; }

  std::optional<Engine> engine;
  FakeCourier transport;

 private:
  std::string path_ = "/tmp/allot-unit-mailing-" + std::to_string(getpid()) + ".db";
  int next_id_ = 0;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Company, "each slot is sent once to each recipient") {
  CHECK(send().mails.size() == 2);
  CHECK(send().mails.empty());
  open("2026-11-30");
  CHECK(send().mails.empty());
  open("2026-12-01");
  CHECK(send().mails.size() == 2);
  open("2026-12-02");
  CHECK(send().mails.empty());
  CHECK(history() == Lines{"<4@x> bob@x.example delivered 1", "<3@x> ann@x.example delivered 1",
                           "<2@x> bob@x.example delivered 1", "<1@x> ann@x.example delivered 1"});
}

TEST_CASE_FIXTURE(Company, "a mail is in the ledger before it is sent") {
  transport.on_deliver = [&](const std::string&) {
    CHECK(history().front().find("begun") != std::string::npos);
    return MailTransport::Answer{MailState::delivered, ""};
  };
  CHECK(send().mails.size() == 2);
}

TEST_CASE_FIXTURE(Company, "an interrupted run is continued: the same mail again, the others once") {
  transport.on_deliver = [](const std::string&) -> MailTransport::Answer { throw Error::mail("allot-mail has ended"); };
  CHECK(send().fault->message() == "allot-mail has ended");
  CHECK(history() == Lines{"<1@x> ann@x.example begun 1"});
  const std::string first = transport.tried.back();
  transport.on_deliver = {};
  const MailReport report = send();
  REQUIRE(report.mails.size() == 2);
  CHECK(report.mails[0].is_repeated);
  CHECK(transport.tried[1] == first);
  CHECK(transport.tried.size() == 3);
  CHECK(history() == Lines{"<2@x> bob@x.example delivered 1", "<1@x> ann@x.example delivered 1"});
}

TEST_CASE_FIXTURE(Company, "a deferred mail is due again under its Message-ID, or withdrawn if nothing in it is due") {
  transport.on_deliver = [](const std::string&) { return MailTransport::Answer{MailState::deferred, "451 later"}; };
  CHECK(send().mails.size() == 2);
  open("2026-12-01");  // another slot: one mail, not two
  transport.on_deliver = [](const std::string& email) {
    return MailTransport::Answer{email == "ann@x.example" ? MailState::delivered : MailState::deferred, ""};
  };
  CHECK(send().mails.size() == 2);
  CHECK(history() == Lines{"<2@x> bob@x.example deferred 1", "<1@x> ann@x.example delivered 1"});
  open("2026-12-02");
  CHECK(send().mails.empty());
  CHECK(history()[0] == "<2@x> bob@x.example withdrawn 1");
}

TEST_CASE_FIXTURE(Company, "a refused mail is not repeated for that address, but sent to a new address") {
  transport.on_deliver = [](const std::string& email) {
    return MailTransport::Answer{email == "bob@x.example" ? MailState::refused : MailState::delivered, "550"};
  };
  CHECK(send().mails.size() == 2);
  CHECK(send().mails.empty());
  Write write{*engine, DryRun::no};
  rename_user(write, "bob@x.example", "robert@x.example");
  write.commit();
  const MailReport report = send();
  REQUIRE(report.mails.size() == 1);
  CHECK(report.mails[0].mail.recipient == "robert@x.example");
}

/// Sets the percentage of /north, and what its user takes of the 4 numbers that it has.
void set_low(Engine& engine, int percent, std::int32_t taken) {
  Write write{engine, DryRun::no};
  GroupPatch north;
  north.remind_low = percent;
  set_group(write, Path::parse("/north"), north);
  MembershipChange user;
  user.grant.counts = {{"sip", taken}};
  set_member(write, Path::parse("/north"), "bob@x.example", user);
  write.commit();
}

TEST_CASE_FIXTURE(Company, "a warning is sent once, and again after a run found the resource above the percentage") {
  open("2026-11-01");  // before the window of the license
  set_low(*engine, 25, 3);
  CHECK(send().mails.size() == 2);
  CHECK(send().mails.empty());
  set_low(*engine, 25, 2);
  set_low(*engine, 25, 3);
  CHECK(send().mails.empty());  // no run has seen the recovery
  set_low(*engine, 25, 2);
  CHECK(View{*engine}.reminders(english()).ended.size() == 1);
  set_low(*engine, 25, 4);
  CHECK(send().mails.empty());  // one that only looks ends nothing
  set_low(*engine, 25, 2);
  CHECK(send().mails.empty());
  set_low(*engine, 25, 3);
  CHECK(send().mails.size() == 2);
  set_low(*engine, 0, 2);
  CHECK(send().mails.empty());
  set_low(*engine, 25, 3);
  CHECK(send().mails.empty());  // a run without a percentage ends nothing, whatever is available
  open("2026-12-02");           // the license has ended, nothing is low
  CHECK(send().mails.empty());
  open("2026-11-01");
  CHECK(send().mails.empty());
}

TEST_CASE_FIXTURE(Company,
                  "a deferred warning is withdrawn after a recovery; an interrupted one is sent again as it is") {
  open("2026-11-01");
  set_low(*engine, 25, 3);
  transport.on_deliver = [](const std::string&) { return MailTransport::Answer{MailState::deferred, "451 later"}; };
  CHECK(send().mails.size() == 2);
  CHECK(send().mails.size() == 2);
  set_low(*engine, 25, 2);
  CHECK(send().mails.empty());
  CHECK(history() == Lines{"<2@x> bob@x.example withdrawn 1", "<1@x> ann@x.example withdrawn 1"});
  set_low(*engine, 25, 3);
  transport.on_deliver = [](const std::string&) -> MailTransport::Answer { throw Error::mail("allot-mail has ended"); };
  CHECK(send().fault.has_value());
  set_low(*engine, 25, 2);
  transport.on_deliver = {};
  const MailReport report = send();
  REQUIRE(report.mails.size() == 1);
  CHECK(report.mails[0].is_repeated);
  CHECK(report.mails[0].contents.warnings.size() == 1);
  set_low(*engine, 25, 3);
  CHECK(send().mails.size() == 2);  // the run above has ended the warning of the repeated mail
}

TEST_CASE_FIXTURE(Company, "a recipient for whom no mail can be composed is refused, and the others are reminded") {
  transport.unfit = "ann@x.example";
  const MailReport report = send();
  REQUIRE(report.mails.size() == 2);
  CHECK(report.mails[0].mail.state == MailState::refused);
  CHECK(report.mails[1].mail.state == MailState::delivered);
  CHECK(transport.tried.size() == 1);
}

TEST_CASE_FIXTURE(Company, "while one process sends, another that does not wait fails as busy, and writes continue") {
  const std::unique_ptr<Store> other = open_store(path(), std::chrono::milliseconds{0});
  const std::unique_ptr<SendingLock> lock = other->lock_sending(std::chrono::milliseconds{0});
  try {
    send();
    FAIL("it was sent");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::busy);
  }
  Write write{*engine, DryRun::no};
  add_group(write, Path::parse("/south"), {}, Parents::must_exist, IfExists::fail);
  CHECK(write.commit().has_changes());
}

TEST_CASE_FIXTURE(Company, "a waiting process sends when the other has ended") {
  const std::unique_ptr<Store> sending = open_store(path(), std::chrono::milliseconds{0});
  std::unique_ptr<SendingLock> lock = sending->lock_sending(std::chrono::milliseconds{0});
  std::thread other{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});  // so that the other process is waiting, if it waits
    lock.reset();
  }};
  MailReport report;
  CHECK_NOTHROW(report = send(std::chrono::minutes{5}));
  other.join();
  CHECK(report.mails.size() == 2);
}

TEST_CASE_FIXTURE(Company, "nothing is sent inside a transaction, since the end of sending would release its lock") {
  const View view{*engine};
  try {
    send();
    FAIL("it was sent");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::internal);
  }
}

TEST_CASE_FIXTURE(Company, "only an administrator of / sees or sends reminders") {
  engine.emplace(open_store(path(), std::chrono::milliseconds{0}), day("2026-11-24"), "ann@x.example");
  for (const auto& work : std::vector<std::function<void()>>{
           [&] { send(); }, [&] { View{*engine}.reminders(english()); },
           [&] { View{*engine}.low_groups(10, day("2026-11-24")); }, [&] { history(); }}) {
    try {
      work();
      FAIL("it was allowed");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::denied);
    }
  }
  CHECK(transport.tried.empty());
}
