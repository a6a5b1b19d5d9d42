#include "libcore/import/user_name_index.hpp"

namespace allot {

void UserNameIndex::read() {
  is_read_ = true;
  for_each_user_([&](ShortText email, ShortText name) {
    const bool is_asked_for = has_capitals_ || name.empty();
    if (!is_asked_for || first_.find(0, email)) return;
    emails_.push_back(email);
    first_.insert(static_cast<std::uint32_t>(emails_.size() - 1));
  });
  names_.resize(emails_.size());
  for_each_user_([&](ShortText email, ShortText name) {
    const auto found = name.empty() ? std::nullopt : first_.find(0, email);
    if (found && names_[*found].empty()) names_[*found] = name;
  });
}

ShortText UserNameIndex::first_email(ShortText email) {
  if (!has_capitals_) return email;
  if (!is_read_) read();
  return emails_[*first_.find(0, email)];
}

ShortText UserNameIndex::first_name(std::string_view email) {
  if (!is_read_) read();
  return names_[*first_.find(0, email)];
}

}  // namespace allot
