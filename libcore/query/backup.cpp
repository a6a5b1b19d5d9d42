#include "libcore/query/backup.hpp"

#include "libcore/access/authorizer.hpp"
#include "libcore/storage/store_copy.hpp"

namespace allot {

std::int64_t back_up(Engine& engine, const std::string& file, DryRun dry_run, const ReportProgress& report) {
  Store& store = *engine.store_;
  const auto authorize = [&] {
    Authorizer{store, engine.today(), engine.actor()}.authorize_company("copy the store");
    return store.revision();
  };
  const auto authorize_first = [&] {
    const Store::Transaction transaction{store, Store::Transaction::Kind::read};
    return authorize();
  };
  const std::int64_t revision = authorize_first();
  const std::unique_ptr<StoreCopy> copy = store.begin_copy(file);
  if (dry_run == DryRun::yes) return revision;
  copy->copy(report);
  std::int64_t copied = 0;
  {
    const Store::Transaction transaction{store, Store::Transaction::Kind::read};
    copied = authorize();  // reading takes SQLite's shared lock
    copy->correct();
  }
  copy->save();
  return copied;
}

}  // namespace allot
