#pragma once

#include <optional>
#include <string>

#include "libcore/edit/grant_change.hpp"
#include "libcore/edit/label_change.hpp"
#include "libcore/edit/write.hpp"

namespace allot {

/// The specified properties of a membership.
struct MembershipChange {
  std::optional<std::string> name;
  std::optional<Role> role;
  bool inherits_features = false;  ///< give it all features of its group
  bool drops_features = false;     ///< give it an empty list
  GrantChange grant;
  LabelChange labels{};
  std::optional<Language> language{};  ///< the empty one removes it
};

void add_member(Write& write, const Path& path, const std::string& email, const MembershipChange& specified,
                IfExists if_exists);
void set_member(Write& write, const Path& path, const std::string& email, const MembershipChange& specified);
void remove_member(Write& write, const Path& path, const std::string& email);
void move_member(Write& write, const std::string& email, const Path& from, const Path& to);

/// Remove or rename a user in all visible groups.
void remove_user(Write& write, const std::string& email);
void rename_user(Write& write, const std::string& email, const std::string& new_email);

}  // namespace allot
