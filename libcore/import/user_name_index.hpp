#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "libcore/document/document.hpp"
#include "libcore/model/name_index.hpp"
#include "libcore/model/rows.hpp"

namespace allot {

/// The spellings and names that the files use for their users; the index is built on demand.
class UserNameIndex {
 public:
  explicit UserNameIndex(const Document& document) : document_(document), first_({&document.members}) {}

  /// Returns the first spelling of an e-mail in the files; the e-mail must occur there.
  ShortText first_email(ShortText email) {
    return document_.has_capital_email ? document_.members[first_row(email)].email : email;
  }

  /// Returns the first name that the files specify for a user who also occurs without a name; else an empty text.
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
  NameIndex<KeyOf, Case::folded> first_;                // the first occurrence of each user that can be looked up
  std::unordered_map<std::uint32_t, ShortText> names_;  // by the row of the first occurrence
};

}  // namespace allot
