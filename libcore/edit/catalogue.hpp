#pragma once

#include <optional>
#include <string>

#include "libcore/edit/write.hpp"

namespace allot {

/// Add a resource, which may not exceed the count of `required`, or a feature to the catalogue; throw not_found,
/// denied, exists.
void add_counted(Write& write, const std::string& name, const std::optional<std::string>& required);
void add_feature(Write& write, const std::string& name);

/// Removes a resource or feature from the catalogue; throws not_found, denied, in_use.
void remove_entry(Write& write, const std::string& name);

}  // namespace allot
