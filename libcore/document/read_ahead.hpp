#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

#include "libcore/document/event_batch.hpp"

namespace allot {

/// The events of an input in batches. A long input is parsed in a separate thread, a few batches ahead, because libyaml
/// takes as long as all processing of its events.
class ReadAhead {
 public:
  ReadAhead(const Input& input, std::uint32_t file) : parser_(input, file) {}
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// Returns the next batch, which is valid until the next call; it must not be called after the last batch.
  const EventBatch& next();

 private:
  static constexpr std::size_t kBatches = 12;

  bool start();
  void run();
  EventBatch& batch_at(std::size_t number) { return batches_[number % kBatches]; }

  BatchParser parser_;
  std::array<EventBatch, kBatches> batches_;
  bool has_begun_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t filled_ = 0;    // the number of batches filled
  std::size_t released_ = 0;  // the number of these that may be reused
  bool is_over_ = false;      // whether no more batches are needed
  std::thread thread_;
};

}  // namespace allot
