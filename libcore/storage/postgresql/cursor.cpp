#include "libcore/storage/postgresql/cursor.hpp"

#include <fmt/format.h>

namespace allot {
namespace {

/// The rows of a batch: about 200 KB of memberships, which take longer than the round trip for them.
constexpr int kBatch = 2000;

}  // namespace

PgCursor::PgCursor(PgConnection& connection, const char* sql)
    : connection_(connection),
      name_(connection.name_cursor()),
      declare_(fmt::format("DECLARE {} NO SCROLL CURSOR FOR {}", name_, sql)),
      fetch_(fmt::format("FETCH {} FROM {}", kBatch, name_)),
      declaration_(connection, declare_.c_str()) {}

PgCursor::~PgCursor() {
  if (!is_declared_ || connection_.has_failed()) return;
  try {
    PgQuery(connection_, fmt::format("CLOSE {}", name_).c_str()).queue();
  } catch (const std::exception&) {
    // It ends with the transaction.
  }
}

bool PgCursor::step() {
  if (is_complete_) return false;
  if (!is_declared_) declaration_.queue();
  is_declared_ = true;
  if (batch_ && batch_->step()) {
    show(*batch_);
    return true;
  }
  is_complete_ = batch_ && batch_->size() < kBatch;
  if (is_complete_) return false;
  batch_.emplace(connection_, fetch_.c_str());
  is_complete_ = !batch_->step();
  if (!is_complete_) show(*batch_);
  return !is_complete_;
}

}  // namespace allot
