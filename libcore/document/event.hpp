#pragma once

#include <cstdint>
#include <string_view>

#include "libcore/document/document.hpp"

namespace allot {

/// What an event is; collections begin and end with one each.
enum class EventKind : std::uint8_t {
  scalar,
  mapping,
  end_of_mapping,
  sequence,
  end_of_sequence,
  broken,  ///< a node that could not be had and has been reported; stands like a scalar
  end,     ///< of the document, also after an error that ends the file; comes again for ever
};

/// One step through a YAML document.
struct Event {
  EventKind kind = EventKind::end;
  bool is_plain = false;  ///< a scalar without quotes
  std::string_view text;  ///< of a scalar; lives until the next event
  Mark mark;

  bool begins_collection() const { return kind == EventKind::mapping || kind == EventKind::sequence; }
  bool ends_collection() const { return kind == EventKind::end_of_mapping || kind == EventKind::end_of_sequence; }

  /// Whether it is a scalar that YAML reads as null; as a value it stands for the default.
  bool is_null() const {
    return kind == EventKind::scalar && is_plain &&
           (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
  }
};

}  // namespace allot
