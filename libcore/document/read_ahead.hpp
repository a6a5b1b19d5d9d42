#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

#include "libcore/document/event_batch.hpp"

namespace allot {

/// The events of an input, batch by batch. A long one is parsed in a thread of its own, a few batches ahead, as
/// libyaml takes as long as everything that is made of its events.
class ReadAhead {
 public:
  ReadAhead(const Input& input, std::uint32_t file) : parser_(input, file) {}
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// The next batch, which lives until the next call; not to be called after the last.
  const EventBatch& next();

 private:
  static constexpr std::size_t kBatches = 4;

  bool start();
  void run();
  EventBatch& batch_at(std::size_t number) { return batches_[number % kBatches]; }

  BatchParser parser_;
  std::array<EventBatch, kBatches> batches_;
  bool has_begun_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t filled_ = 0;    // how many batches were filled
  std::size_t released_ = 0;  // how many of them may be filled anew
  bool is_over_ = false;      // whether no more is wanted
  std::thread thread_;
};

}  // namespace allot
