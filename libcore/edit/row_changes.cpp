#include "libcore/edit/row_changes.hpp"

#include "libcore/history/entry_changes.hpp"

namespace allot {

void RowChanges::coalesce() {
  const bool is_as_recorded = !has_other_paths_ || outcome_.count_changes() == 1;
  if (!store_.has_repeated_changes() && !reads_later_ && is_as_recorded) return sort_changes(outcome_.changes);
  store_.settle_versions();
  for (const What what : {What::group, What::license, What::membership, What::catalog, What::mail_template}) {
    const auto counts = store_.count_versions(what);
    outcome_.created.of(what) = counts.created;
    outcome_.updated.of(what) = counts.updated;
    outcome_.removed.of(what) = counts.removed;
  }
  outcome_.changes.clear();
  outcome_.has_all_changes = static_cast<std::size_t>(outcome_.count_changes()) <= most_changes_;
  if (!outcome_.has_all_changes) return;
  const Scope everything;
  EntryChanges changes{store_, store_.next_revision(), store_.created_groups(), everything};
  outcome_.changes = changes.list();
  outcome_.catalogue = changes.catalogue();
  sort_changes(outcome_.changes);
}

}  // namespace allot
