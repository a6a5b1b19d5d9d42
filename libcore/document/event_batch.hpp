#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "libcore/document/checked_input.hpp"
#include "libcore/document/document.hpp"
#include "libcore/document/syntax_fault.hpp"
#include "libcore/model/text_arena.hpp"

namespace allot {

/// A step of libyaml in a file. An anchor and a tag are separate steps before their node.
struct ParsedEvent {
  enum class Kind : std::uint8_t {
    scalar,
    mapping,
    end_of_mapping,
    sequence,
    end_of_sequence,
    alias,
    anchor,
    tag,
    second_document,  ///< another document begins after the first
    end,              ///< of the file or of its readable part
  };

  Kind kind = Kind::end;
  bool is_plain = false;  ///< a scalar without quotes
  Mark mark;
  std::string_view text;  ///< of a scalar; the name of an anchor or alias
};

/// Consecutive events with their texts, and the faults that were found while parsing them.
struct EventBatch {
  std::vector<ParsedEvent> events;
  TextArena text;  ///< the storage of the texts
  std::vector<CheckedInput::Fault> byte_faults;
  std::optional<SyntaxFault> syntax_fault;  ///< why the events end
  std::exception_ptr failure;               ///< the exception thrown instead of the next event
  std::size_t bytes = 0;                    ///< the number of input bytes read up to the end of the batch

  void clear();
};

/// Runs libyaml on one input.
class BatchParser {
 public:
  BatchParser(const Input& input, std::uint32_t file);
  ~BatchParser();
  BatchParser(const BatchParser&) = delete;
  BatchParser& operator=(const BatchParser&) = delete;

  /// Reads the next events into `batch`; returns false if the last of them is the end.
  bool fill(EventBatch& batch) noexcept;

 private:
  class Yaml;

  static constexpr std::size_t kEvents = 4096;

  void add_next(EventBatch& batch);
  void add_node(EventBatch& batch, ParsedEvent event, std::string_view anchor, bool is_tagged) const;
  void end(EventBatch& batch, const Mark& mark) const;

  std::uint32_t file_ = 0;
  CheckedInput input_;
  std::unique_ptr<Yaml> yaml_;
  bool has_ended_document_ = false;
};

}  // namespace allot
