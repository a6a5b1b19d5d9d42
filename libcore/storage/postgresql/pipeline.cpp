// How PgConnection sends, waits and receives.

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>
#include <random>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/connection.hpp"

namespace allot {
namespace {

/// The most bytes of statements that are queued before they are sent without a wait.
constexpr std::size_t kMostUnsent = std::size_t{256} * 1024;

/// The number of times that a statement is sent without a name in a transaction.
constexpr int kUsesWithoutName = 2;

/// The SQLSTATE of a statement after a failed one.
constexpr std::string_view kInFailedTransaction = "25P02";

std::string_view code_of(const pg_result* result) {
  const char* const code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return code == nullptr ? std::string_view{} : std::string_view{code};
}

}  // namespace

bool PgConnection::is_lost() const { return loss_.has_value(); }

std::shared_ptr<PgSlot> PgConnection::queue(const char* sql, const PgParameters& parameters) {
  if (is_lost()) throw_lost();
  // libpq takes one format for each parameter, 1 for binary.
  const std::vector<int> formats(static_cast<std::size_t>(parameters.count()), 1);
  const std::vector<const char*> values = parameters.values();
  const std::string name = name_of(sql, parameters);
  const int is_sent = name.empty() ? PQsendQueryParams(connection_.get(), sql, parameters.count(), parameters.types(),
                                                       values.data(), parameters.lengths(), formats.data(), 1)
                                   : PQsendQueryPrepared(connection_.get(), name.c_str(), parameters.count(),
                                                         values.data(), parameters.lengths(), formats.data(), 1);
  if (is_sent == 0) throw_lost();
  count(&PgTraffic::statements);
  unsent_ += (name.empty() ? std::string_view{sql}.size() : 0) + parameters.size();
  std::shared_ptr<PgSlot> slot = note_sent();
  if (unsent_ > kMostUnsent) send();
  return slot;
}

std::shared_ptr<PgSlot> PgConnection::note_sent() {
  sent_.push_back({std::make_shared<PgSlot>()});
  has_unsynced_ = true;
  return sent_.back().slot;
}

/// Returns the name of a statement that was sent often enough in this transaction to be worth one, so that the server
/// need not parse and plan it again; else an empty text.
std::string PgConnection::name_of(const char* sql, const PgParameters& parameters) {
  if (parameters.count() == 0) return {};  // such as SAVEPOINT
  std::string key{sql};
  key.append(reinterpret_cast<const char*>(parameters.types()),
             static_cast<std::size_t>(parameters.count()) * sizeof(unsigned));
  Repeated& statement = repeated_[std::move(key)];
  if (++statement.uses <= kUsesWithoutName || !statement.name.empty()) return statement.name;
  // Behind a pooler, other clients may have left names in the session.
  statement.name = fmt::format("allot_{:x}_{}", std::random_device{}(), ++names_);
  if (PQsendPrepare(connection_.get(), statement.name.c_str(), sql, parameters.count(), parameters.types()) == 0) {
    throw_lost();
  }
  statement.preparation = note_sent();
  return statement.name;
}

/// Ends the use of names of which the server is known not to have one, after a failure.
void PgConnection::drop_failed_names() {
  std::erase_if(repeated_, [](const auto& each) {
    const std::shared_ptr<PgSlot>& preparation = each.second.preparation;
    return preparation && preparation->failure;
  });
}

/// Queues what removes the names of the transaction from the server, so that nothing is left in the session of a
/// pooler.
void PgConnection::forget_names() {
  for (const auto& [key, statement] : std::exchange(repeated_, {})) {
    if (!statement.preparation) continue;
    const std::string sql = "DEALLOCATE " + statement.name;
    if (PQsendQueryParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1) == 0) throw_lost();
    note_sent();
    sent_.back().is_abandoned = true;
  }
}

/// Sends what is queued, and receives the answers to it that arrive meanwhile.
void PgConnection::send() {
  unsent_ = 0;
  flush();
  while (!sent_.empty() && PQisBusy(connection_.get()) == 0) receive_next();
  if (has_new_failure_) sync();
}

void PgConnection::mark_sync() {
  if (PQpipelineSync(connection_.get()) == 0) throw_lost();
  sent_.emplace_back();
  has_unsynced_ = false;
  unsent_ = 0;
}

void PgConnection::sync() {
  if (is_lost()) throw_lost();
  if (has_unsynced_) mark_sync();
  if (!sent_.empty()) count(&PgTraffic::round_trips);
  while (!sent_.empty()) {
    while (PQisBusy(connection_.get()) != 0) wait_for_answer();
    receive_next();
  }
  if (has_new_failure_) throw_failure();
}

void PgConnection::receive_next() {
  PgResult result{PQgetResult(connection_.get())};
  if (PQstatus(connection_.get()) != CONNECTION_OK) throw_lost();
  const Sent sent = sent_.front();
  const bool is_sync = result && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC;
  if (is_sync != (sent.slot == nullptr)) throw Error::internal("libpq answers in an unexpected order");
  if (is_sync || !result) {
    sent_.pop_front();
    return;
  }
  receive(sent, std::move(result));
}

void PgConnection::receive(const Sent& sent, PgResult result) {
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_PIPELINE_ABORTED) {
    sent.slot->failure = failure_.value_or(Error::internal("a statement was not executed after a failure"));
  } else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
    const bool is_consequence = failure_ && code_of(result.get()) == kInFailedTransaction;
    sent.slot->failure = is_consequence ? *failure_ : error_of(result.get());
    if (!sent.is_abandoned) {
      has_new_failure_ = true;
      has_failed_guard_ |= sent.is_guard && !failure_;
      if (!failure_) {
        failure_ = sent.slot->failure;
        failure_code_ = code_of(result.get());
      }
    }
  } else {
    was_inspected_ |= sent.is_guard;
    sent.slot->result = std::move(result);
  }
}

void PgConnection::leave_pipeline() {
  sync();
  if (PQexitPipelineMode(connection_.get()) == 0) throw_lost();
}

void PgConnection::enter_pipeline() {
  if (PQenterPipelineMode(connection_.get()) == 0) throw_lost();
}

/// Ends a failed command outside the pipeline and throws its error.
void PgConnection::end_failed(const pg_result* result) {
  if (result == nullptr || PQstatus(connection_.get()) != CONNECTION_OK) throw_lost();
  failure_ = error_of(result);
  while (const PgResult rest{PQgetResult(connection_.get())}) {
  }
  enter_pipeline();
  throw *failure_;
}

/// Sends all that libpq has queued, and takes what arrives meanwhile. It never waits for input alone: a server that has
/// everything may have nothing to say before the next piece.
void PgConnection::flush() {
  while (true) {
    const int unsent = PQflush(connection_.get());
    if (unsent < 0) throw_lost();
    if (unsent == 0) return;
    wait_for(POLLIN | POLLOUT);
  }
}

/// Sends, and waits until the server has sent something, or takes more of what is not sent yet.
void PgConnection::wait_for_answer() {
  const int unsent = PQflush(connection_.get());
  if (unsent < 0) throw_lost();
  wait_for(unsent > 0 ? POLLIN | POLLOUT : POLLIN);
}

/// Waits for one of the events of poll(2) at the socket, and takes what has arrived.
void PgConnection::wait_for(int events) {
  const auto start = std::chrono::steady_clock::now();
  while (true) {
    pollfd file{PQsocket(connection_.get()), static_cast<short>(events), 0};
    const int count = poll(&file, 1, static_cast<int>(std::chrono::milliseconds{kSilence}.count()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      require_alive(start);
      continue;
    }
    const bool has_input = (file.revents & ~POLLOUT) != 0;
    if (has_input && PQconsumeInput(connection_.get()) == 0) throw_lost();
    return;
  }
}

/// Throws if the server takes no further connection, or has been silent for too long.
void PgConnection::require_alive(std::chrono::steady_clock::time_point since) {
  const auto silence = std::chrono::steady_clock::now() - since;
  if (silence < kLongestStatement + wait_) {
    const ServerParameters parameters = parameters_.with_timeout(kAlive);
    const PGPing answer = PQpingParams(parameters.keywords().data(), parameters.values().data(), 0);
    if (answer == PQPING_OK || answer == PQPING_REJECT) return;
  }
  lose(Error::store(fmt::format("the server of the store {} does not answer any more", quote_whole(location_)),
                    "check the server and the network, then try again"));
  throw_lost();
}

void PgConnection::lose(Error loss) {
  loss_ = std::move(loss);
  for (const Sent& sent : sent_) {
    if (sent.slot && !sent.slot->result) sent.slot->failure = loss_;
  }
  sent_.clear();
  has_unsynced_ = false;
  has_new_failure_ = false;
  has_failed_guard_ = false;
}

void PgConnection::throw_lost() {
  if (!loss_) {
    std::string message = PQerrorMessage(connection_.get());
    message = clean_message(message.substr(0, message.find('\n')));
    if (PQstatus(connection_.get()) == CONNECTION_OK) throw Error::internal(fmt::format("libpq: {}", message));
    lose(Error::store(fmt::format("the connection to the store {} was lost: {}", quote_whole(location_), message),
                      access_ == PgAccess::read ? "try again" : "the open transaction was not saved: try again"));
  }
  throw *loss_;
}

void PgConnection::count(std::int64_t PgTraffic::*what) {
  ++(traffic_.*what);
  ++(all_traffic.*what);
}

}  // namespace allot
