#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// The path of a group: the names from below `/` down to it.
class Path {
 public:
  static constexpr std::size_t kMostNames = 256;

  /// The company, `/`.
  Path() = default;

  /// Parses `text`; throws usage naming the value if it is malformed or too long.
  static Path parse(std::string_view text);

  bool is_root() const { return names_.empty(); }
  std::size_t depth() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  const std::string& name() const { return names_.back(); }

  Path parent() const;
  Path child(std::string name) const;

  /// Returns this path followed by `below`.
  Path joined(const Path& below) const;

  /// Returns whether `other` is this group or below it.
  bool contains(const Path& other) const;

  /// Returns the text of the path, such as `/north/tower-a`; `/` for the company.
  std::string to_string() const;

  /// Orders a parent before its children, and siblings by the bytes of their names.
  auto operator<=>(const Path&) const = default;

 private:
  explicit Path(std::vector<std::string> names) : names_(std::move(names)) {}

  std::vector<std::string> names_;
};

}  // namespace allot
