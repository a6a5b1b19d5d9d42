#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/model/grant.hpp"
#include "libcore/model/labels.hpp"
#include "libcore/model/lead_times.hpp"

namespace allot {

/// How a group's licences restrict it; allot-rules(7), Restriction.
enum class Restriction : std::uint8_t {
  none,      ///< no limit of its own
  reserved,  ///< its licences are its limit, which is reserved in the parent
  shared,    ///< its licences are a ceiling; it uses only what its children and users use
};

/// How often a reminder is repeated within its window.
enum class Repeat : std::uint8_t { once, daily, weekly, monthly };

/// The role of a user in a group.
enum class Role : std::uint8_t { user, concierge, admin };

/// The names of the enumerators in commands and files, in the order of the enumerators.
inline constexpr std::array<std::string_view, 3> kRestrictionWords{"none", "reserved", "shared"};
inline constexpr std::array<std::string_view, 4> kRepeatWords{"once", "daily", "weekly", "30-days"};
inline constexpr std::array<std::string_view, 3> kRoleWords{"user", "concierge", "admin"};

inline constexpr std::string_view word_for(Restriction value) {
  return kRestrictionWords[static_cast<std::size_t>(value)];
}
inline constexpr std::string_view word_for(Repeat value) { return kRepeatWords[static_cast<std::size_t>(value)]; }
inline constexpr std::string_view word_for(Role value) { return kRoleWords[static_cast<std::size_t>(value)]; }

/// Returns the enumerator named `text` in `words`, or nothing.
template <typename Enum, std::size_t N>
constexpr std::optional<Enum> parse_word(std::string_view text, const std::array<std::string_view, N>& words) {
  for (std::size_t i = 0; i < N; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

inline constexpr std::string_view kDefaultType = "plus";

/// When a group's administrators get mail: about licences that end, about resources of which little is available, or
/// about both; allot-remind(1), Schedule.
struct Reminder {
  LeadTimes before{};            ///< when its windows begin; empty: not about licences that end
  Repeat repeat = Repeat::once;  ///< within each window; once if there is none
  bool users = false;            ///< whether users are reminded too; false if there is no window
  std::int16_t low = 0;          ///< the percentage of a limit to warn at, 1 to 100; 0: no warning

  bool operator==(const Reminder&) const = default;
};

/// The properties of a group apart from its place in the tree; an empty kind is unset.
struct GroupTraits {
  std::string kind;
  Restriction restriction = Restriction::none;
  bool suspended = false;
  std::optional<Reminder> reminder;
  Labels labels{};

  bool operator==(const GroupTraits&) const = default;
};

/// A licence of a group.
struct License {
  std::string name;
  std::string type{kDefaultType};
  Grant grant;
  Labels labels{};

  bool operator==(const License&) const = default;
};

/// A licence with references to texts, a grant and labels that are stored elsewhere.
struct LicenseView {
  LicenseView(std::string_view its_name, std::string_view its_type, const Grant& its_grant, const Labels& its_labels)
      : name(its_name), type(its_type), grant(its_grant), labels(its_labels) {}
  LicenseView(const License& license) : LicenseView(license.name, license.type, license.grant, license.labels) {}

  License copy() const { return {std::string{name}, std::string{type}, grant, labels}; }

  std::string_view name;
  std::string_view type;
  const Grant& grant;
  const Labels& labels;
};

/// A user in a group; `grant.features` is empty where it `inherits_features`.
struct Membership {
  std::string email;
  std::string name;
  Role role = Role::user;
  bool inherits_features = true;
  Grant grant;
  Labels labels{};

  bool operator==(const Membership&) const = default;
};

/// A membership with references to texts, a grant and labels that are stored elsewhere.
struct MembershipView {
  MembershipView(std::string_view its_email, std::string_view its_name, Role its_role, bool inherits,
                 const Grant& its_grant, const Labels& its_labels)
      : email(its_email),
        name(its_name),
        role(its_role),
        inherits_features(inherits),
        grant(its_grant),
        labels(its_labels) {}
  MembershipView(const Membership& member)
      : MembershipView(member.email, member.name, member.role, member.inherits_features, member.grant, member.labels) {}

  Membership copy() const { return {std::string{email}, std::string{name}, role, inherits_features, grant, labels}; }

  std::string_view email;
  std::string_view name;
  Role role;
  bool inherits_features;
  const Grant& grant;
  const Labels& labels;
};

}  // namespace allot
