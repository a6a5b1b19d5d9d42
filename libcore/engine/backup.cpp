#include "libcore/engine/backup.hpp"

#include "libcore/engine/sight.hpp"

namespace allot {

std::int64_t back_up(Engine& engine, const std::string& file, DryRun dry_run, const ReportProgress& report) {
  const auto authorize = [&](Store& store) {
    const Store::Transaction transaction{store, Store::Transaction::Kind::read};
    Sight{store, engine.today(), engine.actor()}.permit_company("copy the store");
    return store.revision();
  };
  const std::int64_t revision = authorize(engine.store_);
  if (dry_run == DryRun::yes) {
    Store::require_place(file);
    return revision;
  }
  Store copy = engine.store_.copy_to(file, report);
  const std::int64_t copied = authorize(copy);
  copy.save_copy();
  return copied;
}

}  // namespace allot
