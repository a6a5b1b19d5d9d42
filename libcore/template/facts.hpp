#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace allot {

/// The variables of a template by name: texts, flags and lists of variables. An empty text counts as false.
class Facts {
 public:
  using List = std::vector<Facts>;
  using Value = std::variant<std::string, bool, List>;

  void set(std::string name, std::string text) { values_.insert_or_assign(std::move(name), std::move(text)); }
  /// Sets a number, and its flag of the plural form in a language; template.hpp, Variable.
  void set_number(const std::string& name, std::int64_t number, std::string_view language);
  void set_flag(std::string name, bool flag) { values_.insert_or_assign(std::move(name), flag); }
  void set_list(std::string name, List list) { values_.insert_or_assign(std::move(name), std::move(list)); }

  const std::map<std::string, Value>& values() const { return values_; }

 private:
  std::map<std::string, Value> values_;
};

}  // namespace allot
