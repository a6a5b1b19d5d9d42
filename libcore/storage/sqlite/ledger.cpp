#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

#include "libcore/storage/sqlite/connection.hpp"

namespace allot {
std::vector<DeliveryRecord> SqliteLedger::deliveries_of(std::string_view recipient, const Slot& slot) {
  std::vector<DeliveryRecord> deliveries;
  Query query(connection_,
              "SELECT s.first_day, m.state FROM mail_slots s JOIN mails m ON m.id = s.mail_id WHERE s.recipient = ? AND"
              " s.group_id = ? AND s.license = ? AND s.last_day = ?");
  query.bind(recipient).bind(slot.group).bind(slot.license).bind(std::int64_t{slot.last.number()});
  while (query.step()) {
    deliveries.push_back({read_day(query, 0), read_choice(query, 1, MailState::withdrawn)});
  }
  return deliveries;
}

std::vector<StoredMail> SqliteLedger::open_mails() {
  std::vector<StoredMail> mails;
  Query query(connection_,
              "SELECT id, message_id, recipient, subject, state, made, tried, answer, mail FROM mails"
              " WHERE state IN (0, 2) ORDER BY id");
  while (query.step()) {
    mails.push_back(read_mail(query));
    mails.back().mail = query.text(8);
  }
  return mails;
}

std::vector<OpenWarning> SqliteLedger::open_warnings() {
  std::vector<OpenWarning> warnings;
  Query query(connection_,
              "SELECT w.group_id, w.item, w.recipient, m.state FROM mail_warnings w JOIN mails m ON m.id = w.mail_id"
              " WHERE w.ended = 0 ORDER BY w.mail_id, w.group_id, w.item");
  while (query.step()) {
    warnings.push_back({{query.integer(0), std::string{query.text(1)}},
                        std::string{query.text(2)},
                        read_choice(query, 3, MailState::withdrawn)});
  }
  return warnings;
}

MailContents SqliteLedger::contents_of(std::int64_t mail) { return {slots_of(mail), warnings_of(mail)}; }

std::vector<MailWarning> SqliteLedger::warnings_of(std::int64_t mail) {
  std::vector<MailWarning> warnings;
  Query query(connection_, "SELECT group_id, item, path FROM mail_warnings WHERE mail_id = ? ORDER BY path, item");
  query.bind(mail);
  while (query.step()) {
    warnings.push_back({{query.integer(0), std::string{query.text(1)}}, std::string{query.text(2)}});
  }
  return warnings;
}

std::vector<MailSlot> SqliteLedger::slots_of(std::int64_t mail) {
  std::vector<MailSlot> slots;
  Query query(connection_,
              "SELECT group_id, license, last_day, first_day, path FROM mail_slots WHERE mail_id = ?"
              " ORDER BY path, license, last_day, first_day");
  query.bind(mail);
  while (query.step()) {
    slots.push_back({{query.integer(0), std::string{query.text(1)}, read_day(query, 2), read_day(query, 3)},
                     std::string{query.text(4)}});
  }
  return slots;
}

std::int64_t SqliteLedger::add(const StoredMail& mail, const MailContents& contents) {
  Query(connection_,
        "INSERT INTO mails (message_id, recipient, subject, state, made, tried, answer, mail)"
        " VALUES (?, ?, ?, 0, ?, ?, '', ?)")
      .bind(mail.message_id)
      .bind(mail.recipient)
      .bind(mail.subject)
      .bind(mail.made)
      .bind(mail.tried)
      .bind_blob(mail.mail)
      .run();
  StoredMail added = mail;
  added.id = connection_.ask_integer("SELECT last_insert_rowid()");
  add_contents(added, contents);
  return added.id;
}

void SqliteLedger::begin_again(const StoredMail& mail, const MailContents& contents) {
  Query(connection_, "UPDATE mails SET recipient = ?, subject = ?, state = 0, tried = ?, mail = ? WHERE id = ?")
      .bind(mail.recipient)
      .bind(mail.subject)
      .bind(mail.tried)
      .bind_blob(mail.mail)
      .bind(mail.id)
      .run();
  Query(connection_, "DELETE FROM mail_slots WHERE mail_id = ?").bind(mail.id).run();
  Query(connection_, "DELETE FROM mail_warnings WHERE mail_id = ?").bind(mail.id).run();
  add_contents(mail, contents);
}

void SqliteLedger::add_contents(const StoredMail& mail, const MailContents& contents) {
  for (const MailSlot& each : contents.slots) {
    Query(connection_,
          "INSERT INTO mail_slots (recipient, group_id, license, last_day, first_day, mail_id, path)"
          " VALUES (?, ?, ?, ?, ?, ?, ?)")
        .bind(mail.recipient)
        .bind(each.slot.group)
        .bind(each.slot.license)
        .bind(std::int64_t{each.slot.last.number()})
        .bind(std::int64_t{each.slot.first.number()})
        .bind(mail.id)
        .bind(each.path)
        .run();
  }
  for (const MailWarning& each : contents.warnings) {
    Query(connection_,
          "INSERT INTO mail_warnings (recipient, group_id, item, mail_id, path, ended) VALUES (?, ?, ?, ?, ?, 0)")
        .bind(mail.recipient)
        .bind(each.key.group)
        .bind(each.key.item)
        .bind(mail.id)
        .bind(each.path)
        .run();
  }
}

void SqliteLedger::end_warnings(const WarningKey& key) {
  Query(connection_, "UPDATE mail_warnings SET ended = 1 WHERE group_id = ? AND item = ? AND ended = 0")
      .bind(key.group)
      .bind(key.item)
      .run();
}

void SqliteLedger::settle(std::int64_t mail, MailState state, std::int64_t moment, std::string_view answer) {
  const bool goes_again = state == MailState::begun || state == MailState::deferred;
  Query(connection_, "UPDATE mails SET state = ?, tried = ?, answer = ?, mail = CASE WHEN ? THEN mail END WHERE id = ?")
      .bind(static_cast<std::int64_t>(state))
      .bind(moment)
      .bind(answer)
      .bind(std::int64_t{goes_again})
      .bind(mail)
      .run();
}

void SqliteLedger::rename_license(GroupId group, std::string_view name, std::string_view new_name) {
  // The new name may have slots already, of a licence that was removed.
  Query(connection_,
        "INSERT INTO mail_slots (recipient, group_id, license, last_day, first_day, mail_id, path)"
        " SELECT recipient, group_id, ?1, last_day, first_day, mail_id, path FROM mail_slots"
        " WHERE group_id = ?2 AND license = ?3 ON CONFLICT DO NOTHING")
      .bind(new_name)
      .bind(group)
      .bind(name)
      .run();
  Query(connection_, "DELETE FROM mail_slots WHERE group_id = ?1 AND license = ?2").bind(group).bind(name).run();
}

void SqliteLedger::for_each(const std::function<bool(StoredMail&&)>& visit) {
  Query query(connection_,
              "SELECT id, message_id, recipient, subject, state, made, tried, answer FROM mails ORDER BY id DESC");
  while (query.step()) {
    if (!visit(read_mail(query))) return;
  }
}

}  // namespace allot
