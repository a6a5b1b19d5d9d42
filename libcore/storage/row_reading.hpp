#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/day.hpp"
#include "libcore/model/grant.hpp"
#include "libcore/storage/grant_text.hpp"
#include "libcore/storage/invalid_value.hpp"
#include "libcore/storage/ledger.hpp"
#include "libcore/storage/log_columns.hpp"
#include "libcore/storage/store_reader.hpp"

// The columns of the tables in the order in which the functions below read them: literals, which become part of others.
// A new column is added here, in the function that reads it, and where its value is bound.
#define ALLOT_GROUP_COLUMNS                                                                                          \
  "id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users, remind_low, labels, " \
  "language"
#define ALLOT_LICENSE_COLUMNS "name, type, counts, features, from_day, until_day, labels"
#define ALLOT_MEMBERSHIP_COLUMNS "email, name, role, counts, features, from_day, until_day, labels, language"

namespace allot {

// Readers of the rows of any storage. A `Row` has `is_null`, `integer`, `find_integer` and `text` of a column; a column
// of bytes is read as a text.

/// Returns the integer at `column`; throws store unless it is from `least` to `most`.
template <typename Row>
std::int64_t read_integer(const Row& row, int column, std::int64_t least, std::int64_t most) {
  const std::int64_t value = row.integer(column);
  if (value < least || value > most) throw impossible_value();
  return value;
}

/// Returns the enumerator at `column` of an enumeration from 0 to `last`; throws store if the value is out of range.
template <typename Row, typename Enum>
Enum read_choice(const Row& row, int column, Enum last) {
  return static_cast<Enum>(read_integer(row, column, 0, static_cast<std::int64_t>(last)));
}

/// Returns the day at `column`; throws store if it is not in the calendar.
template <typename Row>
Day read_day(const Row& row, int column) {
  return Day::from_number(
      static_cast<std::int32_t>(read_integer(row, column, Day::first().number(), Day::last().number())));
}

/// Binds `from_day, until_day`; an open end is null.
template <typename Statement>
void bind_period(Statement& query, const Period& period) {
  const auto as_column = [](Day day) {
    return day.is_finite() ? std::optional<std::int64_t>{day.number()} : std::nullopt;
  };
  query.bind(as_column(period.from)).bind(as_column(period.until));
}

/// Binds `labels`; null if there are none.
template <typename Statement>
void bind_labels(Statement& query, const Labels& labels) {
  if (labels.is_empty()) {
    query.bind_null();
  } else {
    query.bind(labels.text());
  }
}

/// Binds `language`; null if there is none.
template <typename Statement>
void bind_language(Statement& query, const Language& language) {
  if (language.is_empty()) {
    query.bind_null();
  } else {
    query.bind(language.text());
  }
}

/// Reads `from_day, until_day` at `column` and the next; throws store if they are not valid days.
template <typename Row>
Period read_period(const Row& row, int column) {
  Period period;
  if (!row.is_null(column)) period.from = read_day(row, column);
  if (!row.is_null(column + 1)) period.until = read_day(row, column + 1);
  return period;
}

/// Reads `labels`, null if there are none; throws store for a text that allot never writes.
template <typename Row>
Labels read_labels(const Row& row, int column) {
  if (row.text(column).empty()) return {};
  auto labels = Labels::parse(row.text(column));
  if (!labels) throw impossible_value();
  return *std::move(labels);
}

/// Reads `language`, null if there is none; throws store for a text that allot never writes.
template <typename Row>
Language read_language(const Row& row, int column) {
  if (row.is_null(column)) return {};
  const auto language = Language::parse(row.text(column));
  if (!language) throw impossible_value();
  return *language;
}

/// Reads the grants and labels of successive rows of a query; a column with the same text as in the previous row is not
/// parsed again.
class GrantColumns {
 public:
  explicit GrantColumns(const Catalogue& catalogue) : catalogue_(catalogue) {}

  /// Adds names that are missing in `catalogue` to it instead of throwing.
  static GrantColumns extending(Catalogue& catalogue) {
    GrantColumns columns{catalogue};
    columns.extended_ = &catalogue;
    return columns;
  }

  /// Reads `counts, features, from_day, until_day` from `column` on; the result is valid until the next call.
  template <typename Row>
  const Grant& read(const Row& row, int column) {
    if (const std::string_view text = row.text(column); text != counts_) {
      counts_ = text;
      if (extended_ != nullptr) add_counted_names(text, *extended_);
      grant_.counts = read_counts(text, catalogue_);
    }
    if (const std::string_view text = row.text(column + 1); text != features_) {
      features_ = text;
      if (extended_ != nullptr) add_feature_names(text, *extended_);
      grant_.features = read_features(text, catalogue_);
    }
    grant_.period = read_period(row, column + 2);
    return grant_;
  }

  /// Reads `labels`; the result is valid until the next call.
  template <typename Row>
  const Labels& read_labels(const Row& row, int column) {
    if (row.text(column) != labels_.text()) labels_ = allot::read_labels(row, column);
    return labels_;
  }

 private:
  const Catalogue& catalogue_;
  Catalogue* extended_ = nullptr;
  std::string counts_;
  std::string features_;
  Grant grant_;
  Labels labels_;
};

/// Binds `remind_before, remind_repeat, remind_users, remind_low`.
template <typename Statement>
void bind_reminder(Statement& query, const Reminder& reminder) {
  if (reminder.before.is_empty()) {
    query.bind_null().bind_null();
  } else {
    query.bind(reminder.before.text(" ")).bind(static_cast<std::int64_t>(reminder.repeat));
  }
  query.bind(std::int64_t{reminder.users});
  query.bind(reminder.low == 0 ? std::nullopt : std::optional{std::int64_t{reminder.low}});
}

/// Reads the same columns from `column` on, all null if there is no reminder; throws store for values that allot never
/// writes.
template <typename Row>
std::optional<Reminder> read_reminder(const Row& row, int column) {
  if (row.is_null(column) && row.is_null(column + 2) && row.is_null(column + 3)) return std::nullopt;
  if (row.is_null(column + 2)) throw impossible_value();
  Reminder reminder;
  if (!row.is_null(column)) {
    const auto before = LeadTimes::parse(row.text(column));
    if (!before) throw impossible_value();
    reminder.before = *before;
    reminder.repeat = read_choice(row, column + 1, Repeat::monthly);
  }
  reminder.users = row.integer(column + 2) != 0;
  if (!row.is_null(column + 3)) reminder.low = static_cast<std::int16_t>(read_integer(row, column + 3, 1, 100));
  if (reminder.before.is_empty() && (reminder.low == 0 || reminder.users)) throw impossible_value();
  return reminder;
}

/// Reads a row of ALLOT_GROUP_COLUMNS; throws store for values that allot never writes.
template <typename Row>
StoredGroup read_group(const Row& row) {
  StoredGroup group;
  group.id = read_integer(row, 0, kRootGroup, INT64_MAX);
  group.parent = row.is_null(1) ? 0 : read_integer(row, 1, kRootGroup, INT64_MAX);
  group.name = row.text(2);
  group.traits.kind = row.text(3);
  group.traits.restriction = read_choice(row, 4, Restriction::shared);
  group.traits.suspended = row.integer(5) != 0;
  group.traits.reminder = read_reminder(row, 6);
  group.traits.labels = read_labels(row, 10);
  group.traits.language = read_language(row, 11);
  return group;
}

/// Reads a row of ALLOT_LICENSE_COLUMNS from `column` on.
template <typename Row>
License read_license(const Row& row, int column, GrantColumns& grants) {
  return {std::string{row.text(column)}, std::string{row.text(column + 1)}, grants.read(row, column + 2),
          grants.read_labels(row, column + 6)};
}

/// Returns a view of a row of ALLOT_MEMBERSHIP_COLUMNS from `column` on.
template <typename Row>
MembershipView view_membership(const Row& row, int column, GrantColumns& grants) {
  return {row.text(column),
          row.text(column + 1),
          read_choice(row, column + 2, Role::admin),
          row.is_null(column + 4),
          grants.read(row, column + 3),
          grants.read_labels(row, column + 7),
          read_language(row, column + 8)};
}

/// Reads a row of `revision, time, login, actor, actor_groups, via, command, changes, created, message`.
template <typename Row>
StoredEntry read_entry(const Row& row) {
  StoredEntry entry;
  entry.revision = row.integer(0);
  entry.time = row.integer(1);
  entry.login = row.text(2);
  if (!row.is_null(3)) entry.actor = row.text(3);
  entry.actor_groups = read_groups(row.text(4));
  entry.via = static_cast<int>(read_integer(row, 5, 0, kLastVia));
  entry.command = row.text(6);
  entry.changes = row.integer(7);
  entry.created = read_ranges(row.text(8));
  if (!row.is_null(9)) entry.message = row.text(9);
  return entry;
}

/// Reads a row of `id, message_id, recipient, subject, state, made, tried, answer`.
template <typename Row>
StoredMail read_mail(const Row& row) {
  StoredMail mail;
  mail.id = row.integer(0);
  mail.message_id = row.text(1);
  mail.recipient = row.text(2);
  mail.subject = row.text(3);
  mail.state = read_choice(row, 4, MailState::withdrawn);
  mail.made = row.integer(5);
  mail.tried = row.integer(6);
  mail.answer = row.text(7);
  return mail;
}

}  // namespace allot
