#include "libcore/document/read_ahead.hpp"

#include <system_error>
#include <utility>

namespace allot {

const EventBatch& ReadAhead::next() {
  const bool is_first = !std::exchange(has_begun_, true);
  if (is_first || (!thread_.joinable() && !start())) {
    parser_.fill(batches_[0]);
    return batches_[0];
  }
  std::unique_lock lock{mutex_};
  ++released_;
  changed_.notify_one();
  changed_.wait(lock, [&] { return filled_ > released_; });
  return batch_at(released_);
}

/// Starts the thread; false where the system gives none.
bool ReadAhead::start() {
  try {
    filled_ = 1;  // the one that was handed out
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void ReadAhead::run(const std::stop_token& stop) {
  bool has_more = true;
  while (has_more) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait(lock, stop, [&] { return filled_ - released_ < kBatches; })) return;
    EventBatch& batch = batch_at(filled_);
    lock.unlock();
    has_more = parser_.fill(batch);
    lock.lock();
    ++filled_;
    changed_.notify_one();
  }
}

}  // namespace allot
