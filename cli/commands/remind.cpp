#include <fmt/format.h>

#include <csignal>
#include <random>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/mail_program.hpp"
#include "cli/show_reminders.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"

namespace allot::cli {
namespace {

struct RemindOptions {
  bool send = false;
  bool history = false;
  std::optional<std::string> low;
};

/// Returns a unique Message-ID in the domain of `from`.
std::string make_message_id(const std::string& from) {
  std::random_device random;
  return fmt::format("<{:08x}{:08x}{:08x}{:08x}@{}>", random(), random(), random(), random(),
                     from.substr(from.find('@') + 1));
}

void throw_if_any(const std::optional<Error>& error) {
  if (error) throw *error;
}

std::optional<std::vector<LowGroup>> find_low(const std::optional<int>& percent, View& view, Context& context) {
  if (!percent) return std::nullopt;
  return view.low_groups(*percent, context.today());
}

/// Shows the due mails. `program`, if not null, is started to verify that it could send them.
void preview(const std::optional<int>& percent, MailProgram* program, Context& context) {
  auto view = context.view();
  Reminders reminders = view->reminders();
  std::vector<DueMail> mails;
  for (Digest& digest : reminders.digests) {
    TemplateText letter = view->letter_for(digest);
    mails.push_back({std::move(digest), std::move(letter)});
  }
  const bool is_any = !mails.empty() || !reminders.begun.empty();
  const auto low = find_low(percent, *view, context);
  const Catalogue catalogue = view->catalogue();
  view.reset();
  if (program != nullptr && is_any) program->require_ready();
  show_reminders({mails, reminders.begun, reminders.unreached, low, reminders.groups}, catalogue, context);
  throw_if_any(find_mail_error({}, reminders.unreached));
}

/// Sends the due mails. In a dry run, verifies that they could be sent and shows them.
void send(const std::optional<int>& percent, Context& context) {
  if (context.is_remote()) throw Error::usage("mails cannot be sent from here", "they are sent where the store is");
  Engine& engine = context.engine();
  const MailSettings settings = context.mail_settings();
  std::string password;
  if (settings.password_file) {
    password = read_password(settings, context.streams().find_variable("CREDENTIALS_DIRECTORY"), context.store_files());
  }
  MailProgram program{settings, std::move(password)};
  if (context.is_dry_run()) {
    engine.expect_write({});
    {
      const Write write{engine, DryRun::yes};  // throws if the run could not write
    }
    return preview(percent, &program, context);
  }
  std::signal(SIGPIPE, SIG_IGN);  // keep sending mails after the reader of the output has closed it
  SendingList list{context};
  const MailReport report = send_reminders(
      engine, {program, context.wait(), context.streams().now, [&] { return make_message_id(settings.from_address); },
               [&](const SentMail& sent) { list.add(sent); }});
  list.finish(report, find_low(percent, *context.view(), context));
  throw_if_any(report.fault ? report.fault : find_mail_error(report.mails, report.unreached));
}

void show_history(Context& context) {
  const auto view = context.view();
  MailList list{context};
  view->for_each_mail([&](const StoredMail& mail, const MailContents& contents) { list.add(mail, contents); });
  list.finish();
}

void remind(const RemindOptions& options, Context& context) {
  std::optional<int> percent;
  if (options.low) percent = static_cast<int>(parse_whole(*options.low, "--low", 0, 100));
  if (context.if_revision()) {
    throw Error::usage("--if-revision guards a write of the hierarchy, and reminders change nothing of it");
  }
  context.require_no_message("reminders change nothing of the hierarchy");
  if (options.history) return show_history(context);
  if (options.send) return send(percent, context);
  preview(percent, nullptr, context);
}

}  // namespace

void setup_remind(const Subcommand& command) {
  auto options = std::make_shared<RemindOptions>();
  const Word send = command.flag("--send", options->send, "Send the due mails instead of showing them");
  const Word low =
      command.option("--low", "PERCENT", options->low, "Also show groups with at most PERCENT of a limit left");
  const Word history = command.flag("--history", options->history, "Show the sent mails instead");
  history.excludes(send);
  history.excludes(low);
  command.set_action([options](Context& context) { remind(*options, context); });
}

}  // namespace allot::cli
