#include "libcore/import/user_name_index.hpp"

namespace allot {

std::uint32_t UserNameIndex::first_row(std::string_view email) {
  if (!is_read_) read();
  return *first_.find(0, email);
}

void UserNameIndex::read() {
  is_read_ = true;
  const auto& members = document_.members;
  for (std::uint32_t row = 0; row < members.size(); ++row) {
    const bool is_asked_for = document_.has_capital_email || members[row].name.empty();
    if (is_asked_for && !first_.find(0, members[row].email)) first_.insert(row);
  }
  for (const Document::Member& specified : members) {
    if (specified.name.empty()) continue;
    if (const auto first = first_.find(0, specified.email)) names_.try_emplace(*first, specified.name);
  }
}

ShortText UserNameIndex::first_name(std::string_view email) {
  const auto name = names_.find(first_row(email));
  return name == names_.end() ? ShortText{} : name->second;
}

}  // namespace allot
