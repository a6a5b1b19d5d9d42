#include "libcore/edit/outcome.hpp"

namespace allot {

std::int64_t& Counters::of(What what) {
  switch (what) {
    case What::group:
      return groups;
    case What::license:
      return licenses;
    case What::membership:
      return memberships;
    case What::catalog:
      return catalog;
    case What::mail_template:
      break;
  }
  return templates;
}

Counters& Outcome::counters_of(Op op) {
  switch (op) {
    case Op::create:
      return created;
    case Op::update:
      return updated;
    case Op::remove:
      return removed;
    case Op::keep:
      break;
  }
  return unchanged;
}

}  // namespace allot
