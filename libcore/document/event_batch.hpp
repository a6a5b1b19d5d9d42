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

/// One step of libyaml through a file. An anchor and a tag are steps of their own, before the node that carries them.
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
    second_document,  ///< one begins although the first has ended
    end,              ///< of the file, or of what could be read of it
  };

  Kind kind = Kind::end;
  bool is_plain = false;  ///< a scalar without quotes
  Mark mark;
  std::string_view text;  ///< of a scalar; the name of an anchor or alias
};

/// Some consecutive events with their texts, and what was found wrong on the way to them.
struct EventBatch {
  std::vector<ParsedEvent> events;
  TextArena text;  ///< what the events point into
  std::vector<CheckedInput::Fault> byte_faults;
  std::optional<SyntaxFault> syntax_fault;  ///< why the events end
  std::exception_ptr failure;               ///< what was thrown instead of the next event
  std::size_t bytes = 0;                    ///< how many of the input were read up to its end

  void clear();
};

/// libyaml on one input.
class BatchParser {
 public:
  BatchParser(const Input& input, std::uint32_t file);
  ~BatchParser();
  BatchParser(const BatchParser&) = delete;
  BatchParser& operator=(const BatchParser&) = delete;

  /// Puts the next events into `batch`; false where the last of them is the end.
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
