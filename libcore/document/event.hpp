#pragma once

#include <cstdint>
#include <string_view>

#include "libcore/document/document.hpp"

namespace allot {

/// The kind of an event; a collection has one event at its begin and one at its end.
enum class EventKind : std::uint8_t {
  scalar,
  mapping,
  end_of_mapping,
  sequence,
  end_of_sequence,
  broken,  ///< a node that was not valid and has been reported; treated like a scalar
  end,     ///< of the document, also after an error that ends the file; repeated for ever
};

/// One event of a YAML document.
struct Event {
  EventKind kind = EventKind::end;
  bool is_plain = false;  ///< a scalar without quotes
  std::string_view text;  ///< of a scalar; valid until the next event
  Mark mark;

  bool begins_collection() const { return kind == EventKind::mapping || kind == EventKind::sequence; }
  bool ends_collection() const { return kind == EventKind::end_of_mapping || kind == EventKind::end_of_sequence; }

  /// Returns whether the event is a scalar that YAML reads as null, which as a value means the default.
  bool is_null() const {
    return kind == EventKind::scalar && is_plain &&
           (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
  }
};

}  // namespace allot
