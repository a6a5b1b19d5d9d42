#include "cli/show_reminders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/output/tsv.hpp"
#include "cli/show.hpp"
#include "libcore/base/moment.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kNamed = 5;  // the maximum number of names in an error

Json json_of_reductions(const std::vector<Reduction>& falls, const Catalogue& catalogue) {
  Json list = Json::array();
  for (const Reduction& fall : falls) {
    const bool is_counted = fall.item.kind == Item::Kind::counted;
    list.push_back({{"item", name_of(catalogue, fall.item)},
                    {"from", is_counted ? Json(fall.from) : Json(fall.from > 0)},
                    {"to", is_counted ? Json(fall.to) : Json(fall.to > 0)}});
  }
  return list;
}

Json json_of_slot(const Slot& slot, const std::string& path) {
  return {
      {"group", path}, {"license", slot.license}, {"until", json_of_day(slot.last)}, {"slot", json_of_day(slot.first)}};
}

/// Whom a recipient has to ask for a change.
Json json_of_ask(const Advice& advice) {
  return {{"group", advice.above.empty() ? Json(nullptr) : Json(advice.above)}, {"users", advice.above_users}};
}

Json json_of_due(const LicenseReminder& reminder, const Catalogue& catalogue, Day today) {
  const DueLicense& due = *reminder.due;
  Json json = json_of_slot(due.ending.slot, due.path);
  json["type"] = due.ending.license.type;
  json["days_left"] = due.ending.slot.last.number() - today.number();
  json["falls"] = json_of_reductions(due.ending.reductions, catalogue);
  Json counts = Json::object();
  for (const ResourceId id : catalogue.counted_in_order()) {
    counts[catalogue.counted()[id].name] = due.blocked.granted[id];
  }
  json["blocks"] = {{"groups", due.blocked.groups}, {"users", due.blocked.users}, {"counts", counts}};
  json["ask"] = reminder.must_ask() ? json_of_ask(reminder.advice) : Json(nullptr);
  return json;
}

Json json_of_due(const DueAccess& due, const Catalogue& catalogue, Day today) {
  Json json = json_of_slot(due.slot, due.path);
  json["ends"] = json_of_day(due.end.last);
  json["own_end"] = due.end.is_own;
  json["days_left"] = due.end.last.number() - today.number();
  json["falls"] = json_of_reductions(due.end.reductions, catalogue);
  json["covered"] = due.is_covered;
  json["others"] = due.others;
  return json;
}

Json json_of_due(const DueWarning& due) {
  return {{"group", due.path},      {"item", due.key.item},
          {"limit", due.limit},     {"available", due.available},
          {"percent", due.percent}, {"ask", due.advice.may_change ? Json(nullptr) : json_of_ask(due.advice)}};
}

Json json_of_mail(const DueMail& mail, const Catalogue& catalogue, Day today) {
  Json licenses = Json::array();
  for (const LicenseReminder& each : mail.digest.licenses) {
    licenses.push_back(json_of_due(each, catalogue, today));
  }
  Json accesses = Json::array();
  for (const DueAccess& due : mail.digest.accesses) accesses.push_back(json_of_due(due, catalogue, today));
  Json warnings = Json::array();
  for (const DueWarning& due : mail.digest.warnings) warnings.push_back(json_of_due(due));
  return {{"to", mail.digest.email},
          {"name", mail.digest.name},
          {"subject", mail.letter.subject},
          {"text", mail.letter.body},
          {"html", json_of_optional(mail.letter.html)},
          {"licenses", std::move(licenses)},
          {"accesses", std::move(accesses)},
          {"warnings", std::move(warnings)}};
}

Json json_of_slots(const std::vector<MailSlot>& slots) {
  Json list = Json::array();
  for (const MailSlot& each : slots) list.push_back(json_of_slot(each.slot, each.path));
  return list;
}

Json json_of_warnings(const std::vector<MailWarning>& warnings) {
  Json list = Json::array();
  for (const MailWarning& each : warnings) list.push_back({{"group", each.path}, {"item", each.key.item}});
  return list;
}

Json json_of_ledger(const StoredMail& mail, const MailContents& contents) {
  return {{"to", mail.recipient},
          {"subject", mail.subject},
          {"message_id", mail.message_id},
          {"state", word_for(mail.state)},
          {"made", write_moment(mail.made)},
          {"tried", write_moment(mail.tried)},
          {"answer", mail.answer},
          {"slots", json_of_slots(contents.slots)},
          {"warnings", json_of_warnings(contents.warnings)}};
}

void add_ends(const std::vector<Unreached>& unreached, const std::optional<std::vector<LowGroup>>& low, Json& json) {
  json["unreached"] = Json::array();
  for (const Unreached& each : unreached) {
    const bool is_warning = !each.item.empty();
    json["unreached"].push_back({{"group", each.path},
                                 {"license", is_warning ? Json(nullptr) : Json(each.license)},
                                 {"until", is_warning ? Json(nullptr) : json_of_day(each.last)},
                                 {"item", is_warning ? Json(each.item) : Json(nullptr)}});
  }
  if (!low) return;
  json["low"] = Json::array();
  for (const LowGroup& group : *low) {
    json["low"].push_back(
        {{"group", group.path}, {"item", group.item}, {"limit", group.limit}, {"available", group.available}});
  }
}

void print_mail(const DueMail& mail, Context& context) {
  std::ostream& out = context.out();
  const std::string to =
      mail.digest.name.empty() ? mail.digest.email : fmt::format("{} <{}>", mail.digest.name, mail.digest.email);
  out << paint("To: ", Style::bold, context.out_capabilities()) << escape_for_terminal(to) << '\n'
      << paint("Subject: ", Style::bold, context.out_capabilities()) << escape_for_terminal(mail.letter.subject)
      << "\n\n";
  print_text(mail.letter.body, out);
  out << '\n';
}

void print_low(const std::vector<LowGroup>& low, Context& context) {
  if (low.empty()) return;
  Table table{{{"group", Align::left, Wrap::path}, {"item"}, {"limit", Align::right}, {"available", Align::right}}};
  for (const LowGroup& group : low) {
    table.add_row({{group.path}, {group.item}, {std::to_string(group.limit)}, {std::to_string(group.available)}});
  }
  table.print(context.out(), context.out_capabilities());
}

/// Prints a record per due reminder: `license`, `access` or `warning`, then the recipient and the subject.
void print_records(const std::vector<DueMail>& mails, Context& context) {
  TsvWriter tsv{context.out()};
  for (const DueMail& mail : mails) {
    for (const LicenseReminder& each : mail.digest.licenses) {
      const auto& due = each.due;
      const Slot& slot = due->ending.slot;
      tsv.write({"license", mail.digest.email, due->path, slot.license, slot.last.to_string(), slot.first.to_string()});
    }
    for (const DueAccess& due : mail.digest.accesses) {
      tsv.write({"access", mail.digest.email, due.path, due.slot.license, due.end.last.to_string(),
                 due.slot.first.to_string()});
    }
    for (const DueWarning& due : mail.digest.warnings) {
      tsv.write({"warning", mail.digest.email, due.path, due.key.item, std::to_string(due.limit),
                 std::to_string(due.available)});
    }
  }
}

void print_record_ends(const std::vector<Unreached>& unreached, const std::optional<std::vector<LowGroup>>& low,
                       Context& context) {
  TsvWriter tsv{context.out()};
  for (const Unreached& each : unreached) {
    tsv.write({"unreached", "", each.path, each.license, each.item.empty() ? each.last.to_string() : "", each.item});
  }
  if (!low) return;
  for (const LowGroup& group : *low) {
    tsv.write({"low", "", group.path, group.item, std::to_string(group.limit), std::to_string(group.available)});
  }
}

/// The first of `names` and the number of the others.
std::string list_some(const std::vector<std::string>& names) {
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kNamed));
  std::string text = fmt::format("{}", fmt::join(names.begin(), end, "; "));
  if (names.size() > kNamed) text += fmt::format("; and {} more", names.size() - kNamed);
  return text;
}

}  // namespace

void show_reminders(const Preview& preview, const Catalogue& catalogue, Context& context) {
  const auto& [mails, begun, unreached, low, groups] = preview;
  std::ostream& out = context.out();
  if (context.format() == Format::json) {
    Json json{{"day", json_of_day(context.today())}, {"mails", Json::array()}, {"begun", Json::array()}};
    for (const DueMail& mail : mails) json["mails"].push_back(json_of_mail(mail, catalogue, context.today()));
    for (const StoredMail& mail : begun) {
      json["begun"].push_back({{"to", mail.recipient}, {"subject", mail.subject}, {"message_id", mail.message_id}});
    }
    add_ends(unreached, low, json);
    out << to_text(json, 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) {
    print_records(mails, context);
    print_record_ends(unreached, low, context);
    return;
  }
  for (const DueMail& mail : mails) print_mail(mail, context);
  if (low) print_low(*low, context);
  if (context.is_quiet()) return;
  for (const StoredMail& mail : begun) {
    out << escape_for_terminal(fmt::format("begun by an earlier run, goes again: {}: {}", mail.recipient, mail.subject))
        << '\n';
  }
  if (mails.empty()) {
    out << "no mail is due\n";
    if (groups == 0) out << "no group has a reminder; see allot-remind(1), EXAMPLES\n";
  } else {
    out << fmt::format("{} {} due, nothing is sent\n", count_of(mails.size(), "mail"),
                       mails.size() == 1 ? "is" : "are");
  }
}

void SendingList::add(const SentMail& sent) {
  const StoredMail& mail = sent.mail;
  const std::string state{word_for(mail.state)};
  if (context_.format() == Format::json) return;
  if (context_.format() == Format::tsv) {
    TsvWriter{context_.out()}.write({state, mail.recipient, mail.message_id, mail.answer, mail.subject});
    return;
  }
  const bool is_delivered = mail.state == MailState::delivered;
  if (context_.is_quiet() && is_delivered) return;
  context_.out() << paint(state, is_delivered ? Style::green : Style::red, context_.out_capabilities())
                 << escape_for_terminal(fmt::format(" {}: {}{}", mail.recipient,
                                                    is_delivered ? mail.subject : mail.answer,
                                                    sent.is_repeated ? " (begun by an earlier run)" : ""))
                 << std::endl;
}

void SendingList::finish(const MailReport& report, const std::optional<std::vector<LowGroup>>& low) {
  if (context_.format() == Format::json) {
    Json json{{"day", json_of_day(context_.today())}, {"mails", Json::array()}};
    for (const SentMail& sent : report.mails) {
      Json mail = json_of_ledger(sent.mail, sent.contents);
      mail["repeated"] = sent.is_repeated;
      json["mails"].push_back(std::move(mail));
    }
    add_ends(report.unreached, low, json);
    context_.out() << to_text(json, 2) << '\n';
  } else if (context_.format() == Format::tsv) {
    print_record_ends(report.unreached, low, context_);
  } else {
    if (low) print_low(*low, context_);
    if (report.mails.empty() && !context_.is_quiet()) context_.out() << "no mail is due\n";
  }
}

MailList::MailList(Context& context)
    : context_(context),
      table_({{"tried"},
              {"state"},
              {"to", Align::left, Wrap::path},
              {"licenses", Align::right},
              {"warnings", Align::right},
              {"subject", Align::left, Wrap::words},
              {"answer", Align::left, Wrap::words}}) {
  if (context.format() == Format::json) json_.emplace(context.out());
}

void MailList::add(const StoredMail& mail, const MailContents& contents) {
  if (json_) return json_->add(json_of_ledger(mail, contents));
  const std::string slots = std::to_string(contents.slots.size());
  const std::string warnings = std::to_string(contents.warnings.size());
  const std::string state{word_for(mail.state)};
  if (context_.format() == Format::tsv) {
    TsvWriter{context_.out()}.write({write_moment(mail.tried), state, mail.recipient, slots, mail.subject, mail.answer,
                                     mail.message_id, write_moment(mail.made), warnings});
    return;
  }
  const Style style = mail.state == MailState::delivered ? Style::green : Style::red;
  table_.add_row({{write_moment(mail.tried)},
                  {state, style},
                  {mail.recipient},
                  {slots},
                  {warnings},
                  {mail.subject},
                  {mail.answer}});
}

void MailList::finish() {
  if (json_) json_->finish();
  if (!table_.is_empty()) table_.print(context_.out(), context_.out_capabilities());
}

std::optional<Error> find_mail_error(const std::vector<SentMail>& mails, const std::vector<Unreached>& unreached) {
  std::vector<std::string> failed;
  for (const SentMail& sent : mails) {
    if (sent.mail.state == MailState::delivered) continue;
    failed.push_back(fmt::format("{} ({}: {})", sent.mail.recipient, word_for(sent.mail.state), sent.mail.answer));
  }
  std::vector<std::string> lost;
  for (const Unreached& each : unreached) {
    lost.push_back(each.item.empty() ? fmt::format("{} license {}", each.path, each.license)
                                     : fmt::format("{} {}", each.path, each.item));
  }
  if (failed.empty() && lost.empty()) return std::nullopt;
  std::vector<std::string> parts;
  if (!failed.empty()) {
    parts.push_back(fmt::format("{} of {} could not be delivered: {}", failed.size(), count_of(mails.size(), "mail"),
                                list_some(failed)));
  }
  if (!lost.empty()) parts.push_back(fmt::format("there is no administrator to remind about {}", list_some(lost)));
  const bool comes_again = std::any_of(mails.begin(), mails.end(), [](const SentMail& sent) {
    return sent.mail.state == MailState::deferred || sent.mail.state == MailState::begun;
  });
  return Error::mail(fmt::format("{}", fmt::join(parts, ", and ")),
                     !lost.empty() ? "give the group, or one above it, an administrator"
                     : comes_again ? "the next run tries again what was deferred or begun"
                                   : "what was refused goes again once the address is another");
}

}  // namespace allot::cli
