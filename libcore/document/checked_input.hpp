#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/document/document.hpp"

namespace allot {

/// The bytes of an input up to the first that cannot stand in a hierarchy (not UTF-8, a control character).
class CheckedInput {
 public:
  /// What is wrong with the bytes, and the exact place.
  struct Fault {
    Mark mark;
    std::string message;
  };

  CheckedInput(const Input& input, std::uint32_t file) : input_(input), mark_{1, 1, file} {}

  /// Puts up to `size` bytes (at least 8) into `buffer` and gives how many; 0 at the end or where a fault stands.
  std::size_t read(char* buffer, std::size_t size) noexcept;

  /// Whether it ended at a fault.
  bool has_ended_early() const { return has_ended_early_; }

  /// The faults that were found since the last call.
  std::vector<Fault> take_faults() { return std::exchange(faults_, {}); }

  /// Throws again what was thrown while reading, unless that became a fault.
  void rethrow_if_failed() const;

  /// How many bytes it has given.
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kLongestCharacter = 4;

  std::size_t fill(char* buffer, std::size_t size);
  std::size_t begin(char* buffer, std::size_t count);
  std::size_t check(const char* buffer, std::size_t count);
  std::size_t check_character(std::string_view rest);
  std::size_t check_wide_character(std::string_view rest);
  void break_line(char32_t break_character);
  void fail(std::string message);

  const Input& input_;
  Mark mark_;  // of the next byte to be checked
  bool after_carriage_return_ = false;
  bool has_begun_ = false;
  bool is_at_end_ = false;
  bool has_ended_early_ = false;
  std::vector<Fault> faults_;
  std::array<char, kLongestCharacter> held_{};  // the start of a character whose rest is still to be read
  std::size_t held_size_ = 0;
  std::size_t bytes_ = 0;
  std::exception_ptr failure_;
};

}  // namespace allot
