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

/// The bytes of an input up to the first that is not allowed in a hierarchy (not UTF-8, a control character).
class CheckedInput {
 public:
  /// A fault of the bytes and its exact place.
  struct Fault {
    Mark mark;
    std::string message;
  };

  CheckedInput(const Input& input, std::uint32_t file) : input_(input), mark_{1, 1, file} {}

  /// Reads up to `size` bytes (at least 8) into `buffer` and returns their number; 0 at the end or at a fault.
  std::size_t read(char* buffer, std::size_t size) noexcept;

  /// Returns whether the input ended at a fault.
  bool has_ended_early() const { return has_ended_early_; }

  /// Returns the faults that were found since the last call.
  std::vector<Fault> take_faults() { return std::exchange(faults_, {}); }

  /// Rethrows the exception of reading, unless it was turned into a fault.
  void rethrow_if_failed() const;

  /// Returns the number of bytes that `read` has returned.
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
  Mark mark_;  // of the next byte to check
  bool after_carriage_return_ = false;
  bool has_begun_ = false;
  bool is_at_end_ = false;
  bool has_ended_early_ = false;
  std::vector<Fault> faults_;
  std::array<char, kLongestCharacter> held_{};  // the start of a character whose remaining bytes were not read yet
  std::size_t held_size_ = 0;
  std::size_t bytes_ = 0;
  std::exception_ptr failure_;
};

}  // namespace allot
