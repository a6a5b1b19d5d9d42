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

/// Reads the nodes of one file by the shape that is expected of them; reports what has another and passes over it.
class NodeReader {
 public:
  NodeReader(const Input& input, std::uint32_t file, Problems& problems)
      : events_(input, file, problems), problems_(problems) {}

  EventStream& events() { return events_; }
  Problems& problems() { return problems_; }

  /// Begins the next node, called `what` in messages, as a mapping; false where it is null or no mapping.
  bool begin_mapping(std::string_view what);

  /// Calls `visit(key)` for each key of the mapping begun; it must read or skip the value. Gives whether the mapping
  /// was read to its end.
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

  /// Calls `visit(item)` for each scalar of the next node, a list called `what`; gives nothing where it is no list, and
  /// false where it is null.
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

  /// The next node, called `what` in messages, as a `T` by `parse(scalar)`; the default where it is null, unsaid where
  /// it has no value.
  template <typename T, typename Parse>
  Specified<T> read(std::string_view what, Parse parse) {
    const Event& value = events_.next();
    if (value.is_null()) return {true, std::nullopt};
    if (!is_scalar(value, what)) return {};
    std::optional<T> parsed = parse(value);
    const bool is_said = parsed.has_value();
    return {is_said, std::move(parsed)};
  }

  /// Whether `event` begins a mapping; where it is another node, reports that and passes over it.
  bool is_mapping(const Event& event, std::string_view what);

  /// Passes over the next node.
  void skip() { skip_rest_of(events_.next()); }

  /// Passes over what is left of the node that begins with `event`.
  void skip_rest_of(const Event& event);

  /// Whether `event` is a scalar; where it is another node, reports that and passes over it.
  bool is_scalar(const Event& event, std::string_view what);

  /// Reports that `key` is none of `keys`, and passes over its value.
  void refuse_key(const Event& key, const KeySet& keys);

  /// Whether `key`, which came at `first` before if that is set, comes for the first time; where not, reports it and
  /// passes over its value.
  bool is_first(const Event& key, Mark& first);

 private:
  bool is_usable_key(const Event& key);
  bool is_list(const Event& event, std::string_view what);
  void refuse_shape(const Event& event, std::string_view what, std::string_view expected);

  EventStream events_;
  Problems& problems_;
};

}  // namespace allot
