#include "libcore/storage/postgresql/parameters.hpp"

#include "libcore/storage/postgresql/type_oids.hpp"

// The binary format of an array: the number of dimensions, whether it has nulls, the type of its elements; for the one
// dimension its size and first index; then each element with its length, -1 for a null.

namespace allot {
namespace {

using namespace pg_type;

constexpr int kNull = -1;

void append_length(std::string& data, std::size_t length) { append_integer(data, length, 4); }

void append_element(std::string& data, std::int64_t value) {
  append_length(data, 8);
  append_integer(data, static_cast<std::uint64_t>(value), 8);
}

void append_element(std::string& data, std::string_view value) {
  append_length(data, value.size());
  data += value;
}

template <typename Value>
void append_element(std::string& data, const std::optional<Value>& value) {
  if (value) {
    append_element(data, *value);
  } else {
    append_integer(data, UINT32_MAX, 4);
  }
}

}  // namespace

void append_integer(std::string& data, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) data += static_cast<char>(value >> shift & 0xFFU);
}

void PgParameters::begin(unsigned type) {
  types_.push_back(type);
  starts_.push_back(data_.size());
}

void PgParameters::end() { lengths_.push_back(static_cast<int>(data_.size() - starts_.back())); }

template <typename Values>
void PgParameters::add_array(unsigned array_type, unsigned type, const Values& values) {
  begin(array_type);
  append_integer(data_, values.empty() ? 0 : 1, 4);
  append_integer(data_, 1, 4);  // it may have nulls
  append_integer(data_, type, 4);
  if (!values.empty()) {
    append_length(data_, values.size());
    append_integer(data_, 1, 4);
    for (const auto& value : values) append_element(data_, value);
  }
  end();
}

void PgParameters::add(std::int64_t value) {
  begin(kInt8);
  append_integer(data_, static_cast<std::uint64_t>(value), 8);
  end();
}

void PgParameters::add(std::string_view text) {
  begin(kText);
  data_ += text;
  end();
}

void PgParameters::add_bytes(std::string_view bytes) {
  begin(kBytea);
  data_ += bytes;
  end();
}

void PgParameters::add_null(Null type) {
  begin(type == Null::integer ? kInt8 : type == Null::text ? kText : kUnknown);
  lengths_.push_back(kNull);
}

void PgParameters::add(const std::vector<std::int64_t>& values) { add_array(kInt8Array, kInt8, values); }

void PgParameters::add(const std::vector<std::optional<std::int64_t>>& values) { add_array(kInt8Array, kInt8, values); }

void PgParameters::add(const std::vector<std::string>& texts) { add_array(kTextArray, kText, texts); }

void PgParameters::add(const std::vector<std::string_view>& texts) { add_array(kTextArray, kText, texts); }

void PgParameters::add(const std::vector<std::optional<std::string>>& texts) { add_array(kTextArray, kText, texts); }

void PgParameters::add_bytes(const std::vector<std::string>& values) { add_array(kByteaArray, kBytea, values); }

std::vector<const char*> PgParameters::values() const {
  std::vector<const char*> values;
  for (std::size_t i = 0; i < starts_.size(); ++i) {
    values.push_back(lengths_[i] == kNull ? nullptr : data_.data() + starts_[i]);
  }
  return values;
}

std::string PgParameters::key() const {
  std::string key;
  for (std::size_t i = 0; i < types_.size(); ++i) {
    append_integer(key, types_[i], 4);
    append_integer(key, static_cast<std::uint32_t>(lengths_[i]), 4);
  }
  return key + data_;
}

}  // namespace allot
