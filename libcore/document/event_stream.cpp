#include "libcore/document/event_stream.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <new>

#include "libcore/base/text.hpp"
#include "libcore/document/syntax_fault.hpp"

namespace allot {
namespace {

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

/// libyaml's parser and its latest event.
class EventStream::Parser {
 public:
  explicit Parser(CheckedInput& input) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc{};
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&parser_, &Parser::read, &input);
  }
  ~Parser() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// Whether there is a next event, then `event()`.
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
    return *count > 0 || !input.has_fault() ? 1 : 0;
  }

  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

EventStream::EventStream(const Input& input, std::uint32_t file, Problems& problems)
    : file_(file), problems_(problems), input_(input, file, problems), parser_(std::make_unique<Parser>(input_)) {}

EventStream::~EventStream() = default;

const Event& EventStream::next() {
  event_ = Event{EventKind::end, false, {}, event_.mark};
  if (is_over_) return event_;
  if (anchors_.is_playing()) {
    replay();
  } else {
    read_from_file();
  }
  if (!is_over_) count_level();
  return event_;
}

void EventStream::abandon(const Mark& mark, std::string_view message) {
  problems_.add(mark, [&] { return std::string{message}; });
  is_over_ = true;
  event_.kind = EventKind::end;
}

void EventStream::read_from_file() {
  while (true) {
    if (!parser_->advance()) return end_at_fault();
    ++events_;
    const yaml_event_t& event = parser_->event();
    event_.mark = to_mark(event.start_mark, file_);
    switch (event.type) {
      case YAML_SCALAR_EVENT:
        event_.kind = EventKind::scalar;
        event_.is_plain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        event_.text = {reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length};
        return take_node(text_of(event.data.scalar.anchor), event.data.scalar.tag != nullptr);
      case YAML_MAPPING_START_EVENT:
        event_.kind = EventKind::mapping;
        return take_node(text_of(event.data.mapping_start.anchor), event.data.mapping_start.tag != nullptr);
      case YAML_SEQUENCE_START_EVENT:
        event_.kind = EventKind::sequence;
        return take_node(text_of(event.data.sequence_start.anchor), event.data.sequence_start.tag != nullptr);
      case YAML_MAPPING_END_EVENT:
        event_.kind = EventKind::end_of_mapping;
        return take_node({}, false);
      case YAML_SEQUENCE_END_EVENT:
        event_.kind = EventKind::end_of_sequence;
        return take_node({}, false);
      case YAML_ALIAS_EVENT:
        return take_alias(text_of(event.data.alias.anchor));
      case YAML_DOCUMENT_END_EVENT:
        return read_document_end();
      case YAML_STREAM_END_EVENT:
        is_over_ = true;
        input_.rethrow_if_failed();
        return;
      case YAML_STREAM_START_EVENT:
      case YAML_DOCUMENT_START_EVENT:
      case YAML_NO_EVENT:
        break;
    }
  }
}

/// Makes sure that nothing follows the document.
void EventStream::read_document_end() {
  is_over_ = true;
  if (!parser_->advance()) return end_at_fault();
  input_.rethrow_if_failed();
  if (parser_->event().type == YAML_DOCUMENT_START_EVENT) {
    abandon(to_mark(parser_->event().start_mark, file_), "a second document begins here; a file holds one");
  }
}

/// Ends where the parser gave up; what is wrong with the bytes has been reported already.
void EventStream::end_at_fault() {
  is_over_ = true;
  input_.rethrow_if_failed();
  if (input_.has_fault()) return;
  const SyntaxFault fault = parser_->fault(file_);
  problems_.add(place_of(fault), [&] { return describe(fault); });
}

/// Takes the event of the file that is in `event_`.
void EventStream::take_node(std::string_view anchor, bool is_tagged) {
  if (is_tagged) {
    problems_.add(event_.mark,
                  [] { return std::string{"tags (words that begin with '!') mean nothing here; remove it"}; });
  }
  if (!anchor.empty()) anchors_.open(anchor);
  if (anchors_.is_recording()) anchors_.record(event_);
}

void EventStream::take_alias(std::string_view name) {
  const auto anchor = anchors_.find(name);
  if (anchor && !anchors_.is_open(*anchor)) {
    if (anchors_.is_recording()) anchors_.record_alias(*anchor);
    alias_mark_ = event_.mark;
    anchors_.play(*anchor);
    return replay();
  }
  event_.kind = EventKind::broken;
  problems_.add(event_.mark, [&] {
    const std::string alias = quote(fmt::format("*{}", name));
    return anchor ? fmt::format("the alias {} stands inside the node that it stands for", alias)
                  : fmt::format("there is no anchor before this for the alias {}", alias);
  });
  if (anchors_.is_recording()) anchors_.record(event_);
}

/// Plays the next event of an alias into `event_`.
void EventStream::replay() {
  while (true) {
    const auto event = anchors_.step();
    ++repeated_events_;
    repeated_bytes_ += kEventBytes + (event ? event->text.size() : 0);
    if (repeats_too_much()) {
      return abandon(alias_mark_, "the aliases up to here repeat too much for a file of this size; write the text out");
    }
    if (!event) continue;
    event_ = *event;
    event_.mark = alias_mark_;
    return;
  }
}

bool EventStream::repeats_too_much() const {
  return repeated_events_ > kRepeatedEvents + kRepeatedPerEvent * events_ ||
         repeated_bytes_ > kRepeatedBytes + kRepeatedPerByte * input_.bytes();
}

void EventStream::count_level() {
  if (event_.begins_collection() && ++level_ > kMostLevels) {
    abandon(event_.mark, fmt::format("mappings and lists are nested more than {} levels deep", kMostLevels));
  }
  if (event_.ends_collection()) --level_;
}

}  // namespace allot
