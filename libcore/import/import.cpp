#include "libcore/import/import.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <future>
#include <optional>
#include <utility>

#include "libcore/access/lookup.hpp"
#include "libcore/edit/catalogue.hpp"
#include "libcore/edit/checks.hpp"
#include "libcore/edit/refusal.hpp"
#include "libcore/edit/removal_limit.hpp"
#include "libcore/import/asking.hpp"
#include "libcore/import/member_merge.hpp"
#include "libcore/import/merge.hpp"
#include "libcore/import/permissions.hpp"
#include "libcore/import/saving.hpp"
#include "libcore/model/validation.hpp"

namespace allot {
namespace {

/// Adds the catalogue entries that the files declare; returns whether there are any.
bool add_entries(Write& write, const Document& document) {
  const Catalogue& read = document.catalogue;
  for (std::size_t i = document.known_counted; i < read.counted().size(); ++i) {
    const CountedResource& entry = read.counted()[i];
    std::optional<std::string> required;
    if (entry.requires_id) required = read.counted()[*entry.requires_id].name;
    add_counted(write, entry.name, required);
  }
  for (std::size_t i = document.known_features; i < read.features().size(); ++i) add_feature(write, read.features()[i]);
  return read.counted().size() > document.known_counted || read.features().size() > document.known_features;
}

/// The groups and licences of the target subtree in the store.
struct Standing {
  AncestorPath target;
  Tree tree;
};

void note_newly_restricted(Write& write, const Merge& merge, const Path& into) {
  const Tree& tree = merge.tree();
  for (const Tree::Row row : merge.newly_restricted()) {
    std::vector<std::string> kept;
    tree.for_each_license(row, [&](Tree::Row license) {
      if (merge.fate_of_license(license) != Merge::RowFate::created) kept.emplace_back(tree.licenses()[license].name);
    });
    const std::string path = tree.path_of(row, into.to_string());
    write.note(fmt::format("{} becomes reserved; it was not restricted", path));
    if (kept.empty()) continue;
    write.note(fmt::format("kept licenses of {} come into force: {}", path, fmt::join(kept, ", ")));
  }
}

/// One import inside a write. Threads allocate from arenas of their own, which cannot use what was freed in another
/// one: `malloc_trim` gives that back to the system.
class Importer {
 public:
  Importer(Write& write, const ImportOptions& options, const Document& document)
      : write_(write),
        options_(options),
        document_(document),
        indexes_(write.rows().is_empty() ? ImportSaving::Indexes::built_last : ImportSaving::Indexes::kept),
        loading_(load()) {}

  /// Saves the groups and members that were read so far.
  void take(Document& document);

  /// Saves the rest of the complete document.
  ImportResult finish(Document& document);

 private:
  /// What is known when the target was loaded.
  struct Parts {
    Parts(Importer& importer, Standing standing);

    AncestorPath target;
    AncestorPath above;         // the groups above it
    std::int64_t items_before;  // without members
    Merge merge;
    ImportPermissions permissions;
    ImportSaving saving;
    MemberMerge members;
  };

  std::future<Standing> load();
  Parts& parts();
  ImportResult validate_and_save();
  void propagate(ValidationResult& validation);

  Write& write_;
  const ImportOptions& options_;
  const Document& document_;
  ImportSaving::Indexes indexes_;
  std::future<Standing> loading_;
  std::optional<Parts> parts_;
};

AncestorPath path_above(Write& write, const AncestorPath& target) {
  return target.size() > 1 ? target.above() : AncestorPath{write.catalogue()};
}

TopGroup top_of(const AncestorPath& above) {
  const bool may_change_top = above.size() == 0 || above.back().access == AccessLevel::administer;
  return may_change_top ? TopGroup::pruned : TopGroup::left;
}

Importer::Parts::Parts(Importer& importer, Standing standing)
    : target(std::move(standing.target)),
      above(path_above(importer.write_, target)),
      items_before(count_items(standing.tree)),
      merge(std::move(standing.tree), importer.document_, importer.options_.prune, top_of(above)),
      permissions(importer.write_.authorizer(), target, merge.tree()),
      saving(importer.write_, permissions, merge, target, importer.indexes_, importer.options_.report),
      members(importer.write_, importer.document_, merge, permissions, saving) {}

/// Loads the groups and licences in a separate thread while the files are read. No other code may use the store before
/// the result is available.
std::future<Standing> Importer::load() {
  return std::async(std::launch::async | std::launch::deferred, [this] {
    AncestorPath target = write_.authorizer().ancestors(options_.into);
    Tree tree = load_groups_and_licenses(write_.rows(), target.back().id);
    return Standing{std::move(target), std::move(tree)};
  });
}

Importer::Parts& Importer::parts() {
  if (!parts_) {
    parts_.emplace(*this, loading_.get());
    malloc_trim(0);
  }
  return *parts_;
}

void Importer::take(Document& document) {
  Parts& known = parts();
  known.merge.add_groups();
  known.saving.insert_groups();
  known.members.take(document);
}

ImportResult Importer::finish(Document& document) {
  Parts& known = parts();
  // The capacities of the groups above are those of the whole catalogue.
  if (add_entries(write_, document) && known.above.size() > 0)
    known.above = path_above(write_, write_.ancestors_of(options_.into));
  known.merge.finish();
  known.permissions.require_changes(known.merge);
  known.saving.expect(document.groups.size() + document.licenses.size() + document.members.size());
  known.saving.insert_groups();
  known.members.finish(document);
  document.clear_rows();
  malloc_trim(0);
  return validate_and_save();
}

ImportResult Importer::validate_and_save() {
  Parts& known = parts();
  const Tree& tree = known.merge.tree();
  const ParentContext parent_context = context_below(options_.into, known.above);
  if (options_.report) options_.report("checking", 0, 0);
  std::future<ValidationResult> validating = validate(tree, parent_context, write_.catalogue(), write_.today());
  note_newly_restricted(write_, known.merge, options_.into);
  known.saving.save_rest();
  ValidationResult validation = validating.get();
  if (known.above.size() > 0) propagate(validation);
  if (!validation.violation_report.is_clean()) {
    Violations& violations = validation.violation_report.violations();
    add_asking(known.merge, options_.into, write_.catalogue(), write_.today(), violations);
    add_idle(write_, violations);
  }
  known.saving.save_figures(validation.usages, validation.ceilings);
  ImportResult result;
  result.removed = known.merge.count_removed();
  result.items_before = known.items_before + known.merge.count_members_before();
  result.violations = std::move(validation.violation_report.violations());
  return result;
}

/// Adds the change of the subtree's usage to the groups above it, and checks their limits.
void Importer::propagate(ValidationResult& validation) {
  Parts& known = parts();
  const Tree& tree = known.merge.tree();
  AncestorPath& above = known.above;
  Usage change = used_by(tree, validation.usages, 0, write_.catalogue());
  Headroom headroom{write_.today()};
  headroom.takes(change);
  change.add(known.target.back().taken(), -1);
  allot(write_, above, above.size() - 1, change, headroom, validation.violation_report);
  const std::int64_t ceilings = pass_ceilings(tree.restriction(0), validation.ceilings[0]);
  count_ceilings(write_, above, above.size() - 1, ceilings - passed_ceilings(known.target.back()));
}

}  // namespace

ImportResult import_hierarchy(Write& write, const std::vector<Input>& inputs, const ImportOptions& options) {
  const Catalogue& known = write.catalogue();
  Document document;
  Importer importer{write, options, document};
  const Target target{options.into.is_root(), options.into.depth()};
  read_hierarchy(inputs, known, target, document, {options.piece, [&](Document& so_far) { importer.take(so_far); }});
  return importer.finish(document);
}

}  // namespace allot
