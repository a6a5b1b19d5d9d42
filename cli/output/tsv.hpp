#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace allot::cli {

/// Writes records for scripts: one per line, fields separated by tabs, no titles.
class TsvWriter {
 public:
  explicit TsvWriter(std::ostream& out) : out_(out) {}

  /// Writes one record. In a field, tab, newline, carriage return and backslash become `\t`, `\n`, `\r` and `\\`; each
  /// byte of another control character or of invalid UTF-8 becomes `\xNN`.
  void write(const std::vector<std::string>& fields);

 private:
  std::ostream& out_;
  std::string line_;
};

}  // namespace allot::cli
