#pragma once

#include <string>
#include <utility>

#include "libcore/query/view.hpp"

namespace allot {

/// Collects the faults that a check finds: counts all, keeps the first of each kind.
class Faults {
 public:
  explicit Faults(CheckReport& report) : report_(report) {}

  void add(std::string what, std::string group, std::string message) {
    if (report_.total++ < Violations::kListed) {
      report_.faults.push_back({std::move(what), std::move(group), std::move(message)});
    }
  }

  void add(const Violations& violations) {
    for (const Violation& each : violations.listed()) add(each.rule, each.group, each.message);
    report_.total += violations.total() - violations.listed().size();
  }

 private:
  CheckReport& report_;
};

}  // namespace allot
