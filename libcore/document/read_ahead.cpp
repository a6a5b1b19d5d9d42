#include "libcore/document/read_ahead.hpp"

#include <system_error>
#include <utility>

namespace allot {

ReadAhead::~ReadAhead() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    is_over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

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

/// Starts the thread; returns false if the system cannot create one.
bool ReadAhead::start() {
  try {
    filled_ = 1;  // the batch that `next` returned before
    thread_ = std::thread{[this] { run(); }};
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void ReadAhead::run() {
  bool has_more = true;
  while (has_more) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return is_over_ || filled_ - released_ < kBatches; });
    if (is_over_) return;
    EventBatch& batch = batch_at(filled_);
    lock.unlock();
    has_more = parser_.fill(batch);
    lock.lock();
    ++filled_;
    changed_.notify_one();
  }
}

}  // namespace allot
