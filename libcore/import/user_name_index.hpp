#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/model/name_index.hpp"
#include "libcore/model/rows.hpp"
#include "libcore/model/text_arena.hpp"

namespace allot {

/// The spellings and names that the files use for their users; the index is built on demand.
class UserNameIndex {
 public:
  /// Visits the users of the files, in order, with their e-mails and names as written; a name is empty if there is
  /// none.
  using Visit = std::function<void(ShortText email, ShortText name)>;
  using ForEachUser = std::function<void(const Visit&)>;

  /// `has_capitals` is whether any e-mail has a capital letter; it may change until the first call.
  UserNameIndex(ForEachUser for_each_user, const bool& has_capitals)
      : for_each_user_(std::move(for_each_user)), has_capitals_(has_capitals), first_({&emails_}) {}

  /// Returns the first spelling of an e-mail in the files; the e-mail must occur there.
  ShortText first_email(ShortText email);

  /// Returns the first name that the files specify for a user who also occurs without a name; else an empty text.
  ShortText first_name(std::string_view email);

 private:
  struct KeyOf {
    const Rows<ShortText>* emails;
    std::pair<std::uint32_t, std::string_view> operator()(std::uint32_t row) const { return {0, (*emails)[row]}; }
  };

  void read();

  ForEachUser for_each_user_;
  const bool& has_capitals_;
  bool is_read_ = false;
  Rows<ShortText> emails_;  // the first spelling of each user that can be looked up
  NameIndex<KeyOf, Case::folded> first_;
  std::vector<ShortText> names_;  // the first name of each
};

}  // namespace allot
