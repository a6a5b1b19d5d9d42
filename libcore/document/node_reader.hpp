#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "libcore/document/document.hpp"
#include "libcore/document/event_stream.hpp"
#include "libcore/document/keys.hpp"
#include "libcore/document/problems.hpp"

namespace allot {

/// Reads the nodes of one file by their expected shape; reports and skips nodes of another shape.
class NodeReader {
 public:
  NodeReader(const Input& input, std::uint32_t file, Problems& problems)
      : events_(input, file, problems), problems_(problems) {}

  EventStream& events() { return events_; }
  Problems& problems() { return problems_; }

  /// Begins the next node, called `what` in messages, as a mapping; returns false if it is null or not a mapping.
  bool begin_mapping(std::string_view what);

  /// Calls `visit(key)` for each key of the current mapping; `visit` must read or skip the value. Returns whether the
  /// mapping was read to its end.
  template <typename Visit>
  bool for_each_entry(Visit visit) {
    while (true) {
      const Event key = events_.next();
      if (key.kind == EventKind::end_of_mapping) return true;
      if (key.kind == EventKind::end) return false;
      if (is_usable_key(key)) {
        visit(key);
      } else {
        skip();
      }
    }
  }

  /// Calls `visit(item)` for each scalar of the next node, a list called `what`. Returns nothing if it is not a list,
  /// and false if it is null.
  template <typename Visit>
  std::optional<bool> for_each_item(std::string_view what, Visit visit) {
    const Event& value = events_.next();
    if (value.is_null()) return false;
    if (!is_list(value, what)) return std::nullopt;
    while (true) {
      const Event& item = events_.next();
      if (item.kind == EventKind::end_of_sequence || item.kind == EventKind::end) return true;
      if (is_scalar(item, "an item of the list")) visit(item);
    }
  }

  /// Reads the next node, called `what` in messages, with `parse(scalar)`. The result is the default if the node is
  /// null, and not specified if it has no valid value.
  template <typename T, typename Parse>
  Specified<T> read(std::string_view what, Parse parse) {
    const Event& value = events_.next();
    if (value.is_null()) return {true, std::nullopt};
    if (!is_scalar(value, what)) return {};
    std::optional<T> parsed = parse(value);
    const bool is_said = parsed.has_value();
    return {is_said, std::move(parsed)};
  }

  /// Returns whether `event` begins a mapping; reports and skips any other node.
  bool is_mapping(const Event& event, std::string_view what);

  /// Skips the next node.
  void skip() { skip_rest_of(events_.next()); }

  /// Skips the rest of the node that begins with `event`.
  void skip_rest_of(const Event& event);

  /// Returns whether `event` is a scalar; reports and skips any other node.
  bool is_scalar(const Event& event, std::string_view what);

  /// Reports that `key` is not in `keys` and skips its value.
  void refuse_key(const Event& key, const KeySet& keys);

  /// Returns whether `key` occurs for the first time, which it does unless `first` is set; reports a duplicate and
  /// skips its value.
  bool is_first(const Event& key, Mark& first);

 private:
  bool is_usable_key(const Event& key);
  bool is_list(const Event& event, std::string_view what);
  void refuse_shape(const Event& event, std::string_view what, std::string_view expected);

  EventStream events_;
  Problems& problems_;
};

}  // namespace allot
