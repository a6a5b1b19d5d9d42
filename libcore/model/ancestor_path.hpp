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

/// A group of an ancestor path with the data that the rules need.
struct PathNode {
  std::int64_t id = 0;  ///< the group id
  std::string name;     ///< empty for `/`
  GroupTraits traits;
  std::vector<License> licenses;           ///< of a restricted group, and of the last node; else empty
  Usage allotted;                          ///< allot-rules(7), Allotted
  std::int64_t children = 0;               ///< the number of child groups
  std::int64_t members = 0;                ///< the number of memberships
  std::int64_t ceilings = 0;               ///< the number of shared groups below that draw on it, directly or through
                                           ///< unrestricted groups
  std::optional<Capacity> capacity;        ///< of a restricted group; set by the path
  AccessLevel access = AccessLevel::none;  ///< of the actor in the group; set by the path

  bool is_restricted() const { return traits.restriction != Restriction::none; }

  /// Returns the group's usage of its parent: its limit if it is reserved, else the usage allotted in it.
  const Usage& taken() const { return traits.restriction == Restriction::reserved ? capacity->limits : allotted; }
};

/// The groups from `/` down to one group.
class AncestorPath {
 public:
  /// Creates an empty path for an actor with `scope`, or with full rights.
  explicit AncestorPath(const Catalogue& catalogue, std::shared_ptr<const Scope> scope = std::make_shared<Scope>())
      : catalogue_(&catalogue), scope_(std::move(scope)) {}

  /// Appends a group below the last and computes its capacity and access level.
  void push(PathNode node);
  void pop() { nodes_.pop_back(); }

  /// Returns the path without its last group.
  AncestorPath above() const {
    AncestorPath ancestors{*catalogue_, scope_};
    ancestors.nodes_.assign(nodes_.begin(), nodes_.end() - 1);
    return ancestors;
  }

  std::size_t size() const { return nodes_.size(); }
  const PathNode& operator[](std::size_t at) const { return nodes_[at]; }
  const PathNode& back() const { return nodes_.back(); }
  const Catalogue& catalogue() const { return *catalogue_; }

  /// Returns the index of the nearest restricted group at or above `at`; nothing if there is none.
  std::optional<std::size_t> find_restricted(std::size_t at) const;

  /// Returns the capacity of the nearest restricted group strictly above `at`; null if there is none.
  const Capacity* find_capacity_above(std::size_t at) const;

  /// Returns the capacity that memberships of the last group draw on; null if it is unlimited.
  const Capacity* find_capacity() const;

  /// Returns whether the actor sees the group at `at`. An actor that sees a group sees all groups below it.
  bool is_visible(std::size_t at) const { return nodes_[at].access != AccessLevel::none; }

  /// Returns the path of the group at `at`, or `kAbove` if it is not visible.
  std::string path_of(std::size_t at) const;
  std::string path() const { return path_of(nodes_.size() - 1); }

  /// Add to the number of child groups or memberships of the last group.
  void count_children(std::int64_t added) { nodes_.back().children += added; }
  void count_members(std::int64_t added) { nodes_.back().members += added; }

  /// Called with the index of each group whose figures changed.
  using Touched = std::function<void(std::size_t)>;

  /// Adds `change` to the usage at `at` and propagates it upwards, through the first reserved group; calls `touched`
  /// for each changed group.
  void allot(std::size_t at, const Usage& change, const Touched& touched);

  /// Adds `change` to the number of ceilings at `at` and propagates it upwards, through the first restricted group.
  void count_ceilings(std::size_t at, std::int64_t change, const Touched& touched);

  /// Replaces the traits and licences of the last group and returns the change of its usage, which the caller must
  /// `allot` above.
  Usage replace_last(const GroupTraits& traits, std::vector<License> licenses);

 private:
  void make_capacity(std::size_t at);

  const Catalogue* catalogue_;
  std::shared_ptr<const Scope> scope_;
  std::vector<PathNode> nodes_;
};

}  // namespace allot
