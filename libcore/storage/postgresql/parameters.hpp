#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// The parameters of a statement in PostgreSQL's binary format, each with its type, so that the server has nothing to
/// guess.
class PgParameters {
 public:
  /// The type of a null; `unknown` is the type of its place in the statement.
  enum class Null { unknown, integer, text };

  void add(std::int64_t value);
  void add(std::string_view text);
  void add_bytes(std::string_view bytes);
  void add_null(Null type);

  // Arrays: int8[], text[] and bytea[].
  void add(const std::vector<std::int64_t>& values);
  void add(const std::vector<std::optional<std::int64_t>>& values);
  void add(const std::vector<std::string>& texts);
  void add(const std::vector<std::string_view>& texts);
  void add(const std::vector<std::optional<std::string>>& texts);
  void add_bytes(const std::vector<std::string>& values);

  int count() const { return static_cast<int>(types_.size()); }
  const unsigned* types() const { return types_.data(); }
  const int* lengths() const { return lengths_.data(); }
  /// Returns the address of each value, null for a null; valid until the next change.
  std::vector<const char*> values() const;
  /// Returns the number of bytes of all values.
  std::size_t size() const { return data_.size(); }

  /// Returns the types and values in one string; parameters with equal keys are equal.
  std::string key() const;

 private:
  void begin(unsigned type);
  void end();
  template <typename Values>
  void add_array(unsigned array_type, unsigned type, const Values& values);

  std::vector<unsigned> types_;
  std::vector<int> lengths_;  // -1 for a null
  std::vector<std::size_t> starts_;
  std::string data_;
};

/// Appends the lowest `bytes` bytes of an integer in network byte order.
void append_integer(std::string& data, std::uint64_t value, int bytes);

}  // namespace allot
