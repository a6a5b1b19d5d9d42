#pragma once

#include <nlohmann/json.hpp>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/edit/outcome.hpp"
#include "libcore/query/view.hpp"

namespace allot::cli {

using Json = nlohmann::ordered_json;

// The JSON formats of allot(1), JSON, and of the manual pages of the commands. Keys are stable; keys may be added.

Json json_of_license(const std::string& group, const License& license, Status status, const Catalogue& catalogue);
Json json_of_membership(const std::string& group, const MembershipView& membership, Status status,
                        const Catalogue& catalogue);
Json json_of_group(const AncestorPath& ancestors);
/// `holdings` (one for each counted resource, or null) adds `held` and `idle`.
Json json_of_state(const AncestorPath& ancestors, Day day, const std::vector<Holding>* holdings = nullptr);
Json json_of_user(const UserState& user, Day day, const Catalogue& catalogue);
Json json_of_entitlement(const Entitlement& entitlement, const Catalogue& catalogue);
Json json_of_blocks(const AncestorPath& ancestors, const std::vector<Block>& blocks);
Json json_of_licenses(const AncestorPath& ancestors, Day day);
Json json_of_features(const Features& features, const Catalogue& catalogue);
Json json_of_outcome(const Outcome& outcome);
Json json_of_changes(const std::vector<Change>& changes, const Catalogue& catalogue);
Json json_of_error(const Error& error);

/// The state before or after a change; null if there is none.
Json json_of_item(const ItemState& item, const Catalogue& catalogue);

Json json_of_day(Day day);

template <typename T>
Json json_of_optional(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// `value` as text; bytes that are not UTF-8 are replaced.
std::string to_text(const Json& value, int indent = -1);

/// Prints an array, one element per line, without storing the elements.
class JsonArray {
 public:
  explicit JsonArray(std::ostream& out) : out_(out) { out_ << '['; }
  void add(const Json& element) { add_text(to_text(element)); }
  void add_text(std::string_view element);
  /// Ends the array. Call it once, after the last element.
  void finish() { out_ << (is_empty_ ? "]\n" : "\n]\n"); }

 private:
  std::ostream& out_;
  bool is_empty_ = true;
};

}  // namespace allot::cli
