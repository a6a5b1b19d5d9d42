#include "libcore/model/labels.hpp"

#include <utility>

#include "libcore/base/text.hpp"

namespace allot {

std::optional<Labels> Labels::parse(std::string_view text) {
  Labels labels;
  labels.assign(std::string{text});
  std::string_view last;
  bool is_valid = !text.empty() && text.back() != '\n' && labels.size() <= kMost;
  labels.for_each([&](std::string_view key, std::string_view value) {
    const bool has_equals = key.data() != value.data();
    is_valid = is_valid && has_equals && last < key && !find_fault_in_key(key) && !find_fault_in_text(value);
    last = key;
  });
  if (!is_valid) return std::nullopt;
  return labels;
}

std::size_t Labels::size() const {
  std::size_t size = 0;
  for_each([&](std::string_view, std::string_view) { ++size; });
  return size;
}

std::optional<std::string_view> Labels::find(std::string_view key) const {
  std::optional<std::string_view> found;
  for_each([&](std::string_view each, std::string_view value) {
    if (each == key) found = value;
  });
  return found;
}

void Labels::set(std::string_view key, std::string_view value) {
  std::string text;
  bool is_set = false;
  const auto add = [&](std::string_view each, std::string_view its_value) {
    if (!text.empty()) text += '\n';
    text.append(each).append(1, '=').append(its_value);
  };
  for_each([&](std::string_view each, std::string_view its_value) {
    if (!is_set && key <= each) {
      add(key, value);
      is_set = true;
    }
    if (each != key) add(each, its_value);
  });
  if (!is_set) add(key, value);
  assign(std::move(text));
}

bool Labels::remove(std::string_view key) {
  if (!find(key)) return false;
  Labels left;
  for_each([&](std::string_view each, std::string_view value) {
    if (each != key) left.set(each, value);
  });
  *this = std::move(left);
  return true;
}

void Labels::assign(std::string text) {
  text_ = text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text));
}

}  // namespace allot
