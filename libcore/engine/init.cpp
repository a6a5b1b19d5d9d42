#include <fmt/format.h>
#include <sys/stat.h>

#include "libcore/base/text.hpp"
#include "libcore/engine/write.hpp"

namespace allot {

Outcome init_store(const std::string& path, const std::optional<LicenseChange>& license, Day today, IfExists if_exists,
                   DryRun dry_run) {
  struct stat status {};
  if (!path.empty() && stat(path.c_str(), &status) == 0) {
    Store existing = Store::open(path, kDefaultWait);
    const Store::Transaction transaction{existing, Store::Transaction::Kind::read};
    if (if_exists == IfExists::fail) {
      throw Error::exists(fmt::format("the store {} exists already", quote(path)), "leave it with --if-not-exists");
    }
    Outcome outcome;
    outcome.revision = existing.revision();
    outcome.unchanged.groups = 1;
    return outcome;
  }
  Engine engine{Store::create(path), today};
  Write write{engine, DryRun::no};
  write.record(Op::create, What::group, [] {
    return Change{Op::create, What::group, "/", {}, {}, GroupState{"/", GroupTraits{}}};
  });
  if (license) write.add_license(Path{}, "main", *license, Restriction::reserved, IfExists::fail);
  Outcome outcome = write.commit();
  outcome.notes.clear();
  outcome.updated = {};
  std::erase_if(outcome.changes, [](const Change& change) { return change.op == Op::update; });
  outcome.is_dry_run = dry_run == DryRun::yes;
  if (dry_run == DryRun::no) engine.store().save();
  return outcome;
}

}  // namespace allot
