#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// The place of a group in the tree: the names from below `/` down to it.
class Path {
 public:
  static constexpr std::size_t kMostNames = 256;

  /// The company, `/`.
  Path() = default;

  /// The path that `text` spells; throws usage naming the value where it is malformed or too long.
  static Path parse(std::string_view text);

  bool is_root() const { return names_.empty(); }
  std::size_t depth() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  const std::string& name() const { return names_.back(); }

  Path parent() const;
  Path child(std::string name) const;

  /// This path continued by `below`.
  Path joined(const Path& below) const;

  /// Whether `other` is this group or lies below it.
  bool contains(const Path& other) const;

  /// `/north/tower-a`; `/` for the company.
  std::string to_string() const;

  /// A parent before its children, siblings by the bytes of their names.
  auto operator<=>(const Path&) const = default;

 private:
  explicit Path(std::vector<std::string> names) : names_(std::move(names)) {}

  std::vector<std::string> names_;
};

}  // namespace allot
