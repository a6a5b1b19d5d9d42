#include "libcore/storage/postgresql/query.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "libcore/storage/postgresql/type_oids.hpp"

namespace allot {
namespace {

/// Replaces the parameter `number` of a statement, which then has no use, with the revision in `store`.
std::string with_stored_revision(std::string_view sql, int number) {
  const std::string parameter = fmt::format("${}", number);
  std::string changed;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t found = std::min(sql.find(parameter, at), sql.size());
    changed += sql.substr(at, found - at);
    at = found;
    if (found == sql.size()) break;
    at += parameter.size();
    const bool is_longer = at < sql.size() && sql[at] >= '0' && sql[at] <= '9';  // such as $12 for $1
    changed += is_longer ? parameter : "(SELECT revision FROM store)";
  }
  return changed;
}

}  // namespace

bool PgRow::is_null(int column) const { return PQgetisnull(result_, row_, column) != 0; }

std::int64_t PgRow::integer(int column) const {
  if (is_null(column)) return 0;
  using namespace pg_type;
  const Oid type = PQftype(result_, column);
  if (type != kInt8 && type != kInt4 && type != kInt2 && type != kBool) {
    throw Error::internal(fmt::format("column {} of a result has the type {}, not an integer", column, type));
  }
  const std::string_view bytes = text(column);
  // The sign is that of the first byte.
  std::uint64_t value = static_cast<signed char>(bytes.front()) < 0 ? UINT64_MAX : 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> PgRow::find_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string_view PgRow::text(int column) const {
  return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

PgQuery& PgQuery::bind(std::int64_t value) {
  parameters_.add(value);
  return *this;
}

PgQuery& PgQuery::bind(std::string_view value) {
  parameters_.add(value);
  return *this;
}

PgQuery& PgQuery::bind(const std::optional<std::int64_t>& value) {
  value ? parameters_.add(*value) : parameters_.add_null(PgParameters::Null::integer);
  return *this;
}

PgQuery& PgQuery::bind(const std::optional<std::string>& value) {
  value ? parameters_.add(std::string_view{*value}) : parameters_.add_null(PgParameters::Null::text);
  return *this;
}

PgQuery& PgQuery::bind_bytes(std::string_view value) {
  parameters_.add_bytes(value);
  return *this;
}

PgQuery& PgQuery::bind_null() {
  parameters_.add_null(PgParameters::Null::unknown);
  return *this;
}

PgQuery& PgQuery::bind(const std::vector<std::int64_t>& values) {
  parameters_.add(values);
  return *this;
}

PgQuery& PgQuery::bind(const std::vector<std::optional<std::int64_t>>& values) {
  parameters_.add(values);
  return *this;
}

PgQuery& PgQuery::bind(const std::vector<std::string>& values) {
  parameters_.add(values);
  return *this;
}

PgQuery& PgQuery::bind(const std::vector<std::string_view>& values) {
  parameters_.add(values);
  return *this;
}

PgQuery& PgQuery::bind(const std::vector<std::optional<std::string>>& values) {
  parameters_.add(values);
  return *this;
}

PgQuery& PgQuery::bind_bytes(const std::vector<std::string>& values) {
  parameters_.add_bytes(values);
  return *this;
}

/// While the number is not known, the statement reads it from the row of `store`, in which the write has set it.
PgQuery& PgQuery::bind(const PgRevision& revision) {
  parameters_.add(revision.number.value_or(0));
  if (!revision.number) revision_ = parameters_.count();
  return *this;
}

std::string PgQuery::key() const { return sql_ + std::string(1, '\0') + parameters_.key(); }

void PgQuery::queue() {
  if (slot_) return;
  if (revision_ == 0) {
    slot_ = connection_->queue(sql_, parameters_);
  } else {
    slot_ = connection_->queue(with_stored_revision(sql_, revision_).c_str(), parameters_);
  }
}

void PgQuery::queue_again() {
  slot_.reset();
  result_ = nullptr;
  row_ = -1;
  queue();
}

bool PgQuery::step() {
  if (result_ == nullptr) {
    if (!slot_ && connection_->has_read_ahead()) slot_ = connection_->take_read_ahead(key());
    queue();
    wait();
  }
  if (row_ + 1 >= PQntuples(result_)) return false;
  ++row_;
  return true;
}

int PgQuery::size() const { return PQntuples(result_); }

void PgQuery::run() {
  connection_->forget_read_ahead();
  queue();
}

std::int64_t PgQuery::run_counted() {
  run();
  return counted();
}

std::int64_t PgQuery::counted() {
  wait();
  const char* const text = PQcmdTuples(const_cast<PGresult*>(result_));
  std::int64_t count = 0;
  std::from_chars(text, text + std::strlen(text), count);
  return count;
}

void PgQuery::wait() {
  if (!slot_->result && !slot_->failure) connection_->sync();
  if (slot_->failure) throw *slot_->failure;
  result_ = slot_->result.get();
}

}  // namespace allot
