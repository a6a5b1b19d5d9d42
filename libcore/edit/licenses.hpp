#pragma once

#include <optional>
#include <string>

#include "libcore/edit/grant_change.hpp"
#include "libcore/edit/label_change.hpp"
#include "libcore/edit/write.hpp"

namespace allot {

/// The specified properties of a licence.
struct LicenseChange {
  std::optional<std::string> type;
  GrantChange grant;
  LabelChange labels{};
};

/// Adds a licence. A group that is not restricted gets `restriction`, or becomes reserved.
void add_license(Write& write, const Path& path, const std::string& name, const LicenseChange& specified,
                 std::optional<Restriction> restriction, IfExists if_exists);
void set_license(Write& write, const Path& path, const std::string& name, const LicenseChange& specified);
void remove_license(Write& write, const Path& path, const std::string& name);
/// Renames a licence; throws exists if the group has a licence `new_name`.
void rename_license(Write& write, const Path& path, const std::string& name, const std::string& new_name);

/// Notes which kept licences come into force when the last group of `ancestors` gets `restriction`.
void note_kept_licenses(Write& write, const AncestorPath& ancestors, Restriction restriction);

}  // namespace allot
