#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/model/rules.hpp"
#include "libcore/model/scope.hpp"

namespace allot {

/// One group on the way from `/` down, with what the rules need of it.
struct PathNode {
  std::int64_t id = 0;  ///< its row in the store
  std::string name;     ///< empty for `/`
  GroupTraits traits;
  std::vector<License> licenses;           ///< of a restricted group, and of the last link; else left empty
  Usage allotted;                          ///< allot-rules(7), Allotted
  std::int64_t children = 0;               ///< how many child groups it has
  std::int64_t members = 0;                ///< how many memberships it has
  std::int64_t ceilings = 0;               ///< how many shared groups below draw on it, or through it
  std::optional<Capacity> capacity;        ///< of a restricted group; made by the chain
  AccessLevel access = AccessLevel::none;  ///< of the actor, in it; set by the chain

  bool is_restricted() const { return traits.restriction != Restriction::none; }

  /// What the group takes from the one above it: its whole limit where it is reserved, else what is allotted in it.
  const Usage& taken() const { return traits.restriction == Restriction::reserved ? capacity->limits : allotted; }
};

/// The groups from `/` down to one group.
class AncestorPath {
 public:
  /// A chain as one sees it who may do everything, or who acts within `scope`.
  explicit AncestorPath(const Catalogue& catalogue, std::shared_ptr<const Scope> scope = std::make_shared<Scope>())
      : catalogue_(&catalogue), scope_(std::move(scope)) {}

  /// Appends the next group down and makes its offer.
  void push(PathNode node);
  void pop() { links_.pop_back(); }

  /// The same without its last group.
  AncestorPath above() const {
    AncestorPath ancestors{*catalogue_, scope_};
    ancestors.links_.assign(links_.begin(), links_.end() - 1);
    return ancestors;
  }

  std::size_t size() const { return links_.size(); }
  const PathNode& operator[](std::size_t at) const { return links_[at]; }
  const PathNode& back() const { return links_.back(); }
  const Catalogue& catalogue() const { return *catalogue_; }

  /// The place of the nearest restricted group at `at` or above; nothing if there is none.
  std::optional<std::size_t> find_restricted(std::size_t at) const;

  /// The offer of the nearest restricted group strictly above `at`; null if there is none.
  const Capacity* find_offer_above(std::size_t at) const;

  /// The offer that a membership of the last group draws on; null if it is unlimited.
  const Capacity* find_offer() const;

  /// Whether the actor sees the group at `at`; one who sees a group sees all below it.
  bool is_visible(std::size_t at) const { return links_[at].access != AccessLevel::none; }

  /// What the group at `at` is called: its path, or `kAbove` where it is out of sight.
  std::string path_of(std::size_t at) const;
  std::string path() const { return path_of(links_.size() - 1); }

  /// Counts child groups or memberships added to (or removed from) the last group.
  void count_children(std::int64_t added) { links_.back().children += added; }
  void count_members(std::int64_t added) { links_.back().members += added; }

  /// Called for each group whose figures changed, with its place.
  using Touched = std::function<void(std::size_t)>;

  /// Adds `change` to what is allotted at `at` and, as far up as it is felt, above; `touched` sees every group changed.
  void allot(std::size_t at, const Usage& change, const Touched& touched);

  /// Counts `change` more ceilings against what is at `at` and, through groups without restriction, above.
  void count_ceilings(std::size_t at, std::int64_t change, const Touched& touched);

  /// Gives the last group other traits and licences; what it takes more than before is the caller's to `allot` above.
  Usage replace_last(const GroupTraits& traits, std::vector<License> licenses);

 private:
  void make_offer(std::size_t at);

  const Catalogue* catalogue_;
  std::shared_ptr<const Scope> scope_;
  std::vector<PathNode> links_;
};

}  // namespace allot
