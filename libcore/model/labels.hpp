#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace allot {

/// The labels of a group, a licence or a membership: texts by key; allot-rules(7), Labels. It takes the space of a
/// pointer to the text where there are none, as in most rows.
class Labels {
 public:
  static constexpr std::size_t kMost = 32;

  /// Parses the stored form, as `text` returns it; nothing if it is not that of any labels.
  static std::optional<Labels> parse(std::string_view text);

  bool is_empty() const { return text_ == nullptr; }
  std::size_t size() const;

  /// Returns the value of a key.
  std::optional<std::string_view> find(std::string_view key) const;

  /// Sets the value of a key; both must be valid.
  void set(std::string_view key, std::string_view value);
  /// Removes a key; returns whether there was one.
  bool remove(std::string_view key);

  /// Calls `visit(key, value)` for each label, by key.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::string_view rest = text(); !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(line.size() < rest.size() ? line.size() + 1 : line.size());
      const std::size_t equals = line.find('=');
      visit(line.substr(0, equals), line.substr(equals + 1));
    }
  }

  /// Returns the stored form: lines such as `contract=K-77`, by key, without a line end after the last. Neither keys
  /// nor values have control characters.
  std::string_view text() const { return text_ == nullptr ? std::string_view{} : *text_; }

  friend bool operator==(const Labels& a, const Labels& b) { return a.text() == b.text(); }

 private:
  void assign(std::string text);

  std::shared_ptr<const std::string> text_;  // null if there are none
};

}  // namespace allot
