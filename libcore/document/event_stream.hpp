#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libcore/document/anchors.hpp"
#include "libcore/document/document.hpp"
#include "libcore/document/event.hpp"
#include "libcore/document/problems.hpp"
#include "libcore/document/read_ahead.hpp"

namespace allot {

/// The single document of an input as a stream of events, with aliases expanded. Reports faults of the YAML itself:
/// syntax and bytes, a second document, tags, aliases without anchor, and excessive nesting or repetition.
class EventStream {
 public:
  /// The maximum nesting of collections; groups reach 2 * 256.
  static constexpr std::size_t kMostLevels = 1024;

  /// The maximum repetition by aliases: a number of events, plus a number for each event of the file.
  static constexpr std::size_t kRepeatedEvents = 10'000;
  static constexpr std::size_t kRepeatedPerEvent = 10;

  /// The same in bytes, where an event counts as its text plus `kEventBytes`.
  static constexpr std::size_t kRepeatedBytes = 1 << 20;
  static constexpr std::size_t kRepeatedPerByte = 10;
  static constexpr std::size_t kEventBytes = 8;

  /// Reads `input`, which has the index `file` among all inputs.
  EventStream(const Input& input, std::uint32_t file, Problems& problems)
      : file_(file), problems_(problems), parsed_(input, file) {}

  /// Returns the next event, which is valid until the next call. Rethrows exceptions of the input other than
  /// invalid_input.
  const Event& next();

  /// Reports a problem that makes the rest of the input unusable; all following events are the end.
  void abandon(const Mark& mark, std::string_view message);

  std::uint32_t file() const { return file_; }

 private:
  const ParsedEvent& next_parsed();
  void take_batch();
  void read_from_file();
  void end_document();
  void take_node(EventKind kind, const ParsedEvent& parsed);
  void take_alias(std::string_view name);
  void replay();
  bool repeats_too_much() const;
  void count_level();

  std::uint32_t file_ = 0;
  Problems& problems_;
  ReadAhead parsed_;
  const EventBatch* batch_ = nullptr;
  std::size_t at_ = 0;  // the index in `batch_` of the next event
  Event event_;
  Anchors anchors_;
  Mark alias_mark_;  // of the alias that is being replayed
  std::size_t level_ = 0;
  std::size_t events_ = 0;
  std::size_t repeated_events_ = 0;
  std::size_t repeated_bytes_ = 0;
  bool is_over_ = false;
};

}  // namespace allot
