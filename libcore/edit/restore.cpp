#include "libcore/edit/restore.hpp"

#include <fmt/format.h>

#include "libcore/access/authorizer.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/write.hpp"
#include "libcore/storage/location.hpp"
#include "libcore/storage/server_location.hpp"

namespace allot {
namespace {

void require_server(const RestoreOptions& options) {
  if (is_server_location(options.file)) {
    throw Error::usage("a restore reads a file, not a database", "`allot backup` copies a database to a file");
  }
  if (is_server_location(options.location)) return;
  throw Error::usage(
      fmt::format("a restore fills a database on a server, and the store {} is a file", quote(options.location)),
      fmt::format("copy the file while no process uses the store: cp {} {}", quote_for_shell(options.file),
                  quote_for_shell(options.location)));
}

/// Throws denied unless the actor is an administrator of the company of the store that the database has.
void authorize(const RestoreOptions& options, std::int64_t revision) {
  if (!options.actor) return;
  if (revision == 0) {
    throw Error::denied(fmt::format("{} may not restore a store", quote(*options.actor)),
                        "a new store has no administrator: restore it without --as");
  }
  const std::unique_ptr<Store> store = open_store(options.location, options.wait);
  const Store::Transaction transaction{*store, Store::Transaction::Kind::read};
  Authorizer{*store, options.today, options.actor}.authorize_company("restore a store");
}

}  // namespace

std::int64_t restore_store(const RestoreOptions& options, const ReportProgress& report) {
  require_server(options);
  const auto check = [&](std::int64_t revision) {
    authorize(options, revision);
    if (options.if_revision.value_or(revision) != revision) throw changed_revision(revision, *options.if_revision);
  };
  return server_stores().restore({options.location, options.file, options.wait, options.dry_run == DryRun::yes, check},
                                 report);
}

}  // namespace allot
