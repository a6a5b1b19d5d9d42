#include "libcore/storage/postgresql/copy.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <cstring>

namespace allot {
namespace {

using namespace std::string_view_literals;

// The signature, flags without Oids, and no extension of the header; each row begins with the number of its columns.
constexpr std::string_view kHeader = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;
constexpr std::string_view kTrailer = "\377\377"sv;

constexpr std::size_t kPiece = std::size_t{64} * 1024;

}  // namespace

CopyIn::CopyIn(PgConnection& connection, const char* sql) : connection_(connection) {
  connection_.forget_read_ahead();
  connection_.leave_pipeline();
  connection_.count(&PgTraffic::statements);
  connection_.count(&PgTraffic::round_trips);
  PGconn* const handle = connection_.connection_.get();
  if (PQsendQuery(handle, sql) == 0) connection_.throw_lost();
  while (PQisBusy(handle) != 0) connection_.wait_for_answer();
  is_open_ = true;
  const PgResult result{PQgetResult(handle)};
  if (result && PQresultStatus(result.get()) == PGRES_COPY_IN) {
    data_ = kHeader;
    return;
  }
  is_open_ = false;
  connection_.end_failed(result.get());
}

CopyIn::~CopyIn() {
  if (!is_open_) return;
  try {
    end("abandoned");
  } catch (const std::exception&) {
    // The transaction is rolled back.
  }
}

void CopyIn::begin_row(int columns) {
  if (data_.size() > kPiece) send();
  append_integer(data_, static_cast<std::uint64_t>(columns), 2);
}

void CopyIn::put_integer(std::int64_t value, int bytes) {
  append_integer(data_, static_cast<std::uint64_t>(bytes), 4);
  append_integer(data_, static_cast<std::uint64_t>(value), bytes);
}

void CopyIn::put_text(std::string_view value) {
  append_integer(data_, value.size(), 4);
  data_ += value;
}

void CopyIn::put_null() { append_integer(data_, UINT32_MAX, 4); }

void CopyIn::put_period(const Period& period) {
  for (const Day day : {period.from, period.until}) day.is_finite() ? put_int(day.number()) : put_null();
}

void CopyIn::put_labels(const Labels& labels) { labels.is_empty() ? put_null() : put_text(labels.text()); }

void CopyIn::send() {
  PGconn* const handle = connection_.connection_.get();
  // Nothing is left from before, so that 0, for full buffers, is a lack of memory.
  if (PQputCopyData(handle, data_.data(), static_cast<int>(data_.size())) <= 0) connection_.throw_lost();
  data_.clear();
  // Otherwise libpq keeps everything in memory if it is faster than the server.
  connection_.flush();
}

std::int64_t CopyIn::finish() {
  data_ += kTrailer;
  send();
  return end(nullptr);
}

std::int64_t CopyIn::end(const char* reason) {
  is_open_ = false;
  PGconn* const handle = connection_.connection_.get();
  if (PQputCopyEnd(handle, reason) <= 0) connection_.throw_lost();
  while (PQisBusy(handle) != 0) connection_.wait_for_answer();
  const PgResult result{PQgetResult(handle)};
  if (!result || PQresultStatus(result.get()) != PGRES_COMMAND_OK) connection_.end_failed(result.get());
  const char* const text = PQcmdTuples(result.get());
  std::int64_t count = 0;
  std::from_chars(text, text + std::strlen(text), count);
  while (const PgResult rest{PQgetResult(handle)}) {
  }
  connection_.enter_pipeline();
  return count;
}

}  // namespace allot
