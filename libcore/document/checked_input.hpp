#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "libcore/document/document.hpp"
#include "libcore/document/problems.hpp"

namespace allot {

/// The bytes of an input up to the first that cannot stand in a hierarchy (not UTF-8, a control character), which it
/// reports with its exact place.
class CheckedInput {
 public:
  CheckedInput(const Input& input, std::uint32_t file, Problems& problems)
      : input_(input), problems_(problems), mark_{1, 1, file} {}

  /// Puts up to `size` bytes (at least 8) into `buffer` and gives how many; 0 at the end or where a fault stands.
  std::size_t read(char* buffer, std::size_t size) noexcept;

  /// Whether it ended at a fault, which has been reported.
  bool has_fault() const { return has_fault_; }

  /// Throws again what was thrown while reading, unless that has been reported as a fault.
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
  Problems& problems_;
  Mark mark_;  // of the next byte to be checked
  bool after_carriage_return_ = false;
  bool has_begun_ = false;
  bool is_at_end_ = false;
  bool has_fault_ = false;
  std::array<char, kLongestCharacter> held_{};  // the start of a character whose rest is still to be read
  std::size_t held_size_ = 0;
  std::size_t bytes_ = 0;
  std::exception_ptr failure_;
};

}  // namespace allot
