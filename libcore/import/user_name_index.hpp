#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "libcore/document/document.hpp"
#include "libcore/model/name_index.hpp"
#include "libcore/model/rows.hpp"

namespace allot {

/// What the files call their users, read only when it is asked for.
class UserNameIndex {
 public:
  explicit UserNameIndex(const Document& document) : document_(document), first_({&document.members}) {}

  /// How the files first write an e-mail that they hold.
  ShortText first_email(ShortText email) {
    return document_.has_capital_email ? document_.members[first_row(email)].email : email;
  }

  /// The first name that the files give a user whom they mention without a name, or an empty text.
  ShortText first_name(std::string_view email);

 private:
  struct KeyOf {
    const Rows<Document::Member>* rows;
    std::pair<std::uint32_t, std::string_view> operator()(std::uint32_t row) const { return {0, (*rows)[row].email}; }
  };

  std::uint32_t first_row(std::string_view email);
  void read();

  const Document& document_;
  bool is_read_ = false;
  NameIndex<KeyOf, Case::folded> first_;                // the first mention of each user that can be asked for
  std::unordered_map<std::uint32_t, ShortText> names_;  // by the row of the first mention
};

}  // namespace allot
