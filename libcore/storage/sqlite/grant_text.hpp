#pragma once

#include <string>
#include <string_view>

#include "libcore/model/catalogue.hpp"
#include "libcore/model/grant.hpp"

namespace allot {

/// `mobile=300 sip=400`: the counts above zero, by name, as the store keeps them.
std::string write_counts(const Counts& counts, const Catalogue& catalogue);

/// The counts that `text` keeps; throws store where it names a resource that the catalogue does not have.
Counts read_counts(std::string_view text, const Catalogue& catalogue);

/// Adds the names in such a text, or in one of features, that `catalogue` does not have.
void add_counted_names(std::string_view text, Catalogue& catalogue);
void add_feature_names(std::string_view text, Catalogue& catalogue);

/// `face-id ukey2`: the features, by name, as the store keeps them.
std::string write_features(const Features& features, const Catalogue& catalogue);
Features read_features(std::string_view text, const Catalogue& catalogue);

}  // namespace allot
