#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "libcore/document/document.hpp"

namespace allot {

/// The problems of all inputs: keeps the first `kListed` by place and counts all.
class Problems {
 public:
  static constexpr std::size_t kListed = 1000;

  /// `files` are the names of the inputs and must outlive this object.
  explicit Problems(const std::vector<std::string>& files) : files_(files) {}

  /// Counts a problem at `mark`; calls `describe` for its message only if it will be listed.
  template <typename Describe>
  void add(const Mark& mark, Describe describe) {
    ++total_;
    if (is_wanted(mark)) keep(mark, describe());
  }

  /// Counts a duplicate of the key at `first`.
  void add_duplicate(std::string_view key, const Mark& mark, const Mark& first);

  std::size_t total() const { return total_; }

  /// Returns a place such as `a.yaml:12:5`, or `a.yaml:12` for a mark without column.
  std::string place_of(const Mark& mark) const;

  /// Throws invalid_input with the problems, if there are any.
  void throw_if_any() const;

 private:
  using Place = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;

  static Place place(const Mark& mark) { return {mark.file, mark.line, mark.column}; }
  bool is_wanted(const Mark& mark) const { return kept_.size() < kListed || place(mark) < kept_.rbegin()->first; }
  void keep(const Mark& mark, std::string message);

  const std::vector<std::string>& files_;
  std::multimap<Place, std::string> kept_;
  std::size_t total_ = 0;
};

}  // namespace allot
