#include "libcore/document/node_reader.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

std::string describe_shape(const Event& event) {
  if (event.kind == EventKind::mapping) return "a mapping";
  if (event.kind == EventKind::sequence) return "a list";
  return fmt::format("the text {}", quote(event.text));
}

}  // namespace

bool NodeReader::begin_mapping(std::string_view what) {
  const Event& value = events_.next();
  return !value.is_null() && is_mapping(value, what);
}

bool NodeReader::is_mapping(const Event& event, std::string_view what) {
  if (event.kind == EventKind::mapping) return true;
  refuse_shape(event, what, "a mapping");
  return false;
}

bool NodeReader::is_scalar(const Event& event, std::string_view what) {
  if (event.kind == EventKind::scalar) return true;
  refuse_shape(event, what, "a single value");
  return false;
}

void NodeReader::refuse_key(const Event& key, const KeySet& keys) {
  problems_.add(key.mark, [&] { return describe_unknown_key(key.text, keys); });
  skip();
}

bool NodeReader::is_first(const Event& key, Mark& first) {
  if (first.line == 0) {
    first = key.mark;
    return true;
  }
  problems_.add_duplicate(key.text, key.mark, first);
  skip();
  return false;
}

bool NodeReader::is_usable_key(const Event& key) {
  if (key.kind == EventKind::scalar) {
    if (!key.is_plain || key.text != "<<") return true;
    problems_.add(key.mark, [] {
      return std::string{"merge keys (\"<<\") are not supported; write the keys out, or give the whole value an alias"};
    });
    return false;
  }
  refuse_shape(key, "a key", "a single value");
  return false;
}

bool NodeReader::is_list(const Event& event, std::string_view what) {
  if (event.kind == EventKind::sequence) return true;
  refuse_shape(event, what, "a list such as [a, b]");
  return false;
}

/// Reports a node that is not `expected` and skips it; a broken node and the end have already been reported.
void NodeReader::refuse_shape(const Event& event, std::string_view what, std::string_view expected) {
  if (event.kind == EventKind::broken || event.kind == EventKind::end) return;
  problems_.add(event.mark,
                [&] { return fmt::format("{} must be {}, not {}", what, expected, describe_shape(event)); });
  skip_rest_of(event);
}

void NodeReader::skip_rest_of(const Event& event) {
  std::size_t level = event.begins_collection() ? 1 : 0;
  while (level > 0) {
    const Event& next = events_.next();
    if (next.kind == EventKind::end) return;
    if (next.begins_collection()) ++level;
    if (next.ends_collection()) --level;
  }
}

}  // namespace allot
