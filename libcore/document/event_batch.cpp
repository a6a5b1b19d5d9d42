#include "libcore/document/event_batch.hpp"

#include <yaml.h>

#include <algorithm>
#include <new>

namespace allot {
namespace {

using ParsedKind = ParsedEvent::Kind;

std::string_view text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view{} : std::string_view{reinterpret_cast<const char*>(text)};
}

std::string_view text_of(const char* text) { return text == nullptr ? std::string_view{} : std::string_view{text}; }

Mark to_mark(const yaml_mark_t& mark, std::uint32_t file) {
  const auto from_one = [](std::size_t number) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(number, UINT32_MAX - 1) + 1);
  };
  return {from_one(mark.line), from_one(mark.column), file};
}

}  // namespace

/// The parser of libyaml and its latest event.
class BatchParser::Yaml {
 public:
  explicit Yaml(CheckedInput& input) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc{};
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&parser_, &Yaml::read, &input);
  }
  ~Yaml() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Yaml(const Yaml&) = delete;
  Yaml& operator=(const Yaml&) = delete;

  /// Advances to the next event; returns false if there is none.
  bool advance() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) != 0) return true;
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc{};
    return false;
  }

  const yaml_event_t& event() const { return event_; }

  SyntaxFault fault(std::uint32_t file) const {
    const bool has_character = parser_.buffer.pointer != nullptr && parser_.buffer.pointer < parser_.buffer.last;
    return {text_of(parser_.problem), text_of(parser_.context), to_mark(parser_.problem_mark, file),
            to_mark(parser_.context_mark, file), has_character ? static_cast<char>(*parser_.buffer.pointer) : '\0'};
  }

 private:
  static int read(void* data, unsigned char* buffer, std::size_t size, std::size_t* count) {
    auto& input = *static_cast<CheckedInput*>(data);
    *count = input.read(reinterpret_cast<char*>(buffer), size);
    return *count > 0 || !input.has_ended_early() ? 1 : 0;
  }

  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

void EventBatch::clear() {
  events.clear();
  text.clear();
  byte_faults.clear();
  syntax_fault.reset();
  failure = nullptr;
}

BatchParser::BatchParser(const Input& input, std::uint32_t file)
    : file_(file), input_(input, file), yaml_(std::make_unique<Yaml>(input_)) {}

BatchParser::~BatchParser() = default;

bool BatchParser::fill(EventBatch& batch) noexcept {
  batch.clear();
  try {
    do add_next(batch);
    while (batch.events.size() < kEvents && batch.events.back().kind != ParsedKind::end);
    batch.byte_faults = input_.take_faults();
    batch.bytes = input_.bytes();
  } catch (...) {
    batch.failure = std::current_exception();
  }
  return batch.failure == nullptr && batch.events.back().kind != ParsedKind::end;
}

/// Adds the next relevant event of libyaml.
void BatchParser::add_next(EventBatch& batch) {
  while (yaml_->advance()) {
    const yaml_event_t& event = yaml_->event();
    const Mark mark = to_mark(event.start_mark, file_);
    switch (event.type) {
      case YAML_SCALAR_EVENT: {
        const auto& scalar = event.data.scalar;
        const bool is_plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
        const std::string_view text{reinterpret_cast<const char*>(scalar.value), scalar.length};
        return add_node(batch, {ParsedKind::scalar, is_plain, mark, text}, text_of(scalar.anchor),
                        scalar.tag != nullptr);
      }
      case YAML_MAPPING_START_EVENT:
        return add_node(batch, {ParsedKind::mapping, false, mark, {}}, text_of(event.data.mapping_start.anchor),
                        event.data.mapping_start.tag != nullptr);
      case YAML_SEQUENCE_START_EVENT:
        return add_node(batch, {ParsedKind::sequence, false, mark, {}}, text_of(event.data.sequence_start.anchor),
                        event.data.sequence_start.tag != nullptr);
      case YAML_MAPPING_END_EVENT:
        return add_node(batch, {ParsedKind::end_of_mapping, false, mark, {}}, {}, false);
      case YAML_SEQUENCE_END_EVENT:
        return add_node(batch, {ParsedKind::end_of_sequence, false, mark, {}}, {}, false);
      case YAML_ALIAS_EVENT:
        return add_node(batch, {ParsedKind::alias, false, mark, text_of(event.data.alias.anchor)}, {}, false);
      case YAML_DOCUMENT_END_EVENT:
        has_ended_document_ = true;
        break;
      case YAML_DOCUMENT_START_EVENT:
        if (has_ended_document_) return add_node(batch, {ParsedKind::second_document, false, mark, {}}, {}, false);
        break;
      case YAML_STREAM_END_EVENT:
        return end(batch, mark);
      case YAML_STREAM_START_EVENT:
      case YAML_NO_EVENT:
        break;
    }
  }
  // faults of the bytes are reported by the input
  if (!input_.has_ended_early()) batch.syntax_fault = yaml_->fault(file_);
  end(batch, {});
}

/// Adds `event` with copies of its texts, which libyaml frees afterwards.
void BatchParser::add_node(EventBatch& batch, ParsedEvent event, std::string_view anchor, bool is_tagged) const {
  if (!anchor.empty()) batch.events.push_back({ParsedKind::anchor, false, event.mark, batch.text.keep(anchor)});
  if (is_tagged) batch.events.push_back({ParsedKind::tag, false, event.mark, {}});
  event.text = batch.text.keep(event.text);
  batch.events.push_back(event);
}

/// Adds the end; rethrows an exception of reading.
void BatchParser::end(EventBatch& batch, const Mark& mark) const {
  input_.rethrow_if_failed();
  batch.events.push_back({ParsedKind::end, false, mark, {}});
}

}  // namespace allot
