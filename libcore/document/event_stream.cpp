#include "libcore/document/event_stream.hpp"

#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/document/syntax_fault.hpp"

namespace allot {

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

const ParsedEvent& EventStream::next_parsed() {
  while (batch_ == nullptr || at_ == batch_->events.size()) take_batch();
  return batch_->events[at_++];
}

/// Advances to the next batch and reports the faults in it.
void EventStream::take_batch() {
  if (batch_ != nullptr && batch_->failure) std::rethrow_exception(batch_->failure);
  batch_ = &parsed_.next();
  at_ = 0;
  for (const CheckedInput::Fault& fault : batch_->byte_faults) {
    problems_.add(fault.mark, [&] { return fault.message; });
  }
}

void EventStream::read_from_file() {
  using Kind = ParsedEvent::Kind;
  while (true) {
    const ParsedEvent& parsed = next_parsed();
    ++events_;
    event_.mark = parsed.mark;
    switch (parsed.kind) {
      case Kind::scalar:
        return take_node(EventKind::scalar, parsed);
      case Kind::mapping:
        return take_node(EventKind::mapping, parsed);
      case Kind::sequence:
        return take_node(EventKind::sequence, parsed);
      case Kind::end_of_mapping:
        return take_node(EventKind::end_of_mapping, parsed);
      case Kind::end_of_sequence:
        return take_node(EventKind::end_of_sequence, parsed);
      case Kind::alias:
        return take_alias(parsed.text);
      case Kind::anchor:
        anchors_.open(parsed.text);
        break;
      case Kind::tag:
        problems_.add(event_.mark,
                      [] { return std::string{"tags (words that begin with '!') mean nothing here; remove it"}; });
        break;
      case Kind::second_document:
        return abandon(event_.mark, "a second document begins here; a file holds one");
      case Kind::end:
        return end_document();
    }
  }
}

void EventStream::end_document() {
  is_over_ = true;
  if (const auto& fault = batch_->syntax_fault) problems_.add(place_of(*fault), [&] { return describe(*fault); });
}

void EventStream::take_node(EventKind kind, const ParsedEvent& parsed) {
  event_.kind = kind;
  event_.is_plain = parsed.is_plain;
  event_.text = parsed.text;
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

/// Replays the next event of an alias into `event_`.
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
         repeated_bytes_ > kRepeatedBytes + kRepeatedPerByte * batch_->bytes;
}

void EventStream::count_level() {
  if (event_.begins_collection() && ++level_ > kMostLevels) {
    abandon(event_.mark, fmt::format("mappings and lists are nested more than {} levels deep", kMostLevels));
  }
  if (event_.ends_collection()) --level_;
}

}  // namespace allot
