#include "libcore/edit/init.hpp"

#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/storage/location.hpp"

namespace allot {
namespace {

/// Handles a store that exists already.
Outcome keep_store(const NewStore& wanted) {
  const std::unique_ptr<Store> existing = open_store(wanted.path, kDefaultWait);
  const Store::Transaction transaction{*existing, Store::Transaction::Kind::read};
  Authorizer{*existing, wanted.today, wanted.actor}.authorize_company("make a store");
  const std::int64_t revision = existing->revision();
  if (wanted.if_revision && *wanted.if_revision != revision) throw changed_revision(revision, *wanted.if_revision);
  if (wanted.if_exists == IfExists::fail) {
    throw Error::exists(fmt::format("the store {} exists already", quote(wanted.path)),
                        "leave it with --if-not-exists");
  }
  Outcome outcome;
  outcome.revision = revision;
  outcome.unchanged.groups = 1;
  return outcome;
}

}  // namespace

Outcome init_store(const NewStore& wanted) {
  if (is_taken(wanted.path)) return keep_store(wanted);
  Engine engine{create_store(wanted.path), wanted.today, std::nullopt, wanted.origin};
  if (wanted.actor) {
    throw Error::denied(fmt::format("{} may not make a store", quote(*wanted.actor)),
                        "a new store has no administrator: make it without --as");
  }
  Write write{engine, DryRun::no};
  if (wanted.if_revision) write.guard(*wanted.if_revision);
  write.require_current();
  write.changes().record_new_store(write.authorizer().authorize_company("make a store"), [] {
    return Change{Op::create, What::group, "/", {}, {}, GroupState{"/", GroupTraits{}}};
  });
  if (wanted.license) {
    add_license(write, Path{}, "main", *wanted.license, Restriction::reserved, IfExists::fail);
  }
  Outcome outcome = write.commit();
  outcome.notes.clear();
  outcome.is_dry_run = wanted.dry_run == DryRun::yes;
  if (wanted.dry_run == DryRun::no) engine.store_->save();
  return outcome;
}

}  // namespace allot
