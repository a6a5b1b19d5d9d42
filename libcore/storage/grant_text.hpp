#pragma once

#include <string>
#include <string_view>

#include "libcore/model/catalogue.hpp"
#include "libcore/model/grant.hpp"

namespace allot {

/// Returns the stored form of the counts above zero, by name, such as `mobile=300 sip=400`.
std::string write_counts(const Counts& counts, const Catalogue& catalogue);

/// Parses counts; throws store for a resource that is not in the catalogue.
Counts read_counts(std::string_view text, const Catalogue& catalogue);

/// Add the names in a text of counts or of features that `catalogue` does not have.
void add_counted_names(std::string_view text, Catalogue& catalogue);
void add_feature_names(std::string_view text, Catalogue& catalogue);

/// Returns the stored form of the features, by name, such as `face-id ukey2`.
std::string write_features(const Features& features, const Catalogue& catalogue);
Features read_features(std::string_view text, const Catalogue& catalogue);

}  // namespace allot
