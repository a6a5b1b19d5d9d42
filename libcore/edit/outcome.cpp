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

}  // namespace allot
