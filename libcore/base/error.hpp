#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/day.hpp"

namespace allot {

/// The classes of errors that callers distinguish; allot(1), Exit status, lists the status of each.
enum class ErrorKind {
  usage,              ///< invalid usage: a malformed value or an invalid combination of arguments
  refused,            ///< the rules of allot-rules(7) forbid it
  not_found,          ///< the named item does not exist
  exists,             ///< the named item exists already
  not_empty,          ///< the group is not empty
  in_use,             ///< the named item is still in use
  changed,            ///< the store is not at the requested revision
  denied,             ///< the actor sees the item, but lacks the permission
  invalid_input,      ///< an input file cannot be read or is not valid
  store,              ///< the store is missing, damaged, read-only, not a store, too new, or its disk is full
  too_many_removals,  ///< the write would remove more than its ceiling allows
  output,             ///< the output could not be written
  mail,               ///< a mail could not be delivered
  busy,               ///< the store stayed locked for the whole wait
  internal,           ///< an internal error of allot
};

/// A user of a limit of a group, named in a refusal.
struct Holder {
  std::string by;          ///< a child group's path, or `GROUP user EMAIL`
  std::int64_t count = 0;  ///< its usage on the first day of the violation
};

/// The largest users of a limit, and how many users there are in all.
struct Holders {
  std::vector<Holder> listed;
  std::size_t total = 0;
};

/// A reserved group whose users leave a part of its limit unused.
struct IdleGroup {
  std::string group;      ///< its path
  std::int64_t idle = 0;  ///< the unused part on the first day of the violation
};

/// A violation of a rule of allot-rules(7), with what would be accepted instead.
struct Violation {
  std::string rule;   ///< requires, limit, ceiling, feature or period
  std::string group;  ///< the path of the group whose limit, feature or period is broken
  std::string item;   ///< the counted resource or feature; empty if the rule names none
  Period span;        ///< the first run of days with the same violation; for `period` the remaining hull
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> requested;
  std::optional<std::int64_t> accepted;  ///< the largest count that would be accepted
  std::optional<std::int64_t> allotted;  ///< the total that would be allotted on those days
  std::string by;                        ///< the licence or member at fault; empty if there is none
  std::string message;                   ///< the violation as a sentence
  Holders holders;                       ///< the largest users, if a limit is exceeded
  Holders asking;                        ///< of an import: the items of the files that ask for the most of that limit
  std::vector<IdleGroup> idle;           ///< the reserved groups below it with the largest unused limits
};

/// The violations of one refusal: counts all and keeps at most `kListed`.
class Violations {
 public:
  static constexpr std::size_t kListed = 100;

  void add(Violation violation);
  bool is_empty() const { return total_ == 0; }
  std::size_t total() const { return total_; }
  bool is_listing() const { return total_ < kListed; }
  std::vector<Violation>& listed() { return listed_; }
  const std::vector<Violation>& listed() const { return listed_; }

 private:
  std::vector<Violation> listed_;
  std::size_t total_ = 0;
};

/// A fault in an input file; line and column count from 1, the column in characters.
struct Problem {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;
};

/// The number of items of each kind that a write would remove.
struct RemovedItems {
  std::int64_t groups = 0;
  std::int64_t licenses = 0;
  std::int64_t memberships = 0;
};

/// The only exception that libcore throws to its callers: a kind, a message of one line and, if available, a remedy.
class Error : public std::exception {
 public:
  static Error usage(std::string message, std::string hint = {});
  static Error refused(std::string message, Violations violations);
  static Error not_found(std::string message, std::string hint = {});
  static Error exists(std::string message, std::string hint = {});
  static Error not_empty(std::string message, std::string hint = {});
  static Error in_use(std::string message, std::string hint = {});
  static Error changed(std::string message, std::string hint = {});
  static Error denied(std::string message, std::string hint = {});
  static Error invalid_input(std::string message, std::string hint = {});
  static Error invalid_input(std::vector<Problem> problems, std::size_t total);
  static Error store(std::string message, std::string hint = {});
  static Error too_many_removals(std::string message, std::string hint, RemovedItems removed);
  static Error output(std::string message, std::string hint = {});
  static Error mail(std::string message, std::string hint = {});
  static Error busy(std::string message, std::string hint = {});
  static Error internal(std::string message);

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  const std::string& place() const { return place_; }
  const std::vector<std::string>& notes() const { return notes_; }
  const Violations& violations() const { return violations_; }
  const std::vector<Problem>& problems() const { return problems_; }
  std::size_t problems_total() const { return problems_total_; }
  const RemovedItems& removed() const { return removed_; }
  const char* what() const noexcept override { return message_.c_str(); }

  /// Returns the same error with `place` (a line of a batch) before its message.
  Error at(std::string_view place) const;

  /// Returns the same error with another message and hint.
  Error rephrased(std::string message, std::string hint) const;

  /// Returns the same error with the additional effects that the refused write would have had.
  Error with_notes(std::vector<std::string> notes) const;

 private:
  Error(ErrorKind kind, std::string message, std::string hint);

  ErrorKind kind_;
  std::string message_;
  std::string hint_;
  std::string place_;
  std::vector<std::string> notes_;
  Violations violations_;
  std::vector<Problem> problems_;
  std::size_t problems_total_ = 0;
  RemovedItems removed_;
};

}  // namespace allot
