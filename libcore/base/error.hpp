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

/// What went wrong, in the classes that callers tell apart; allot(1), Exit status, lists what each becomes.
enum class ErrorKind {
  usage,          ///< the caller's words: a malformed value, a combination that cannot be
  refused,        ///< the rules of allot-rules(7) forbid it
  not_found,      ///< the thing named does not exist
  exists,         ///< the thing named exists already
  not_empty,      ///< the group still has something in it
  in_use,         ///< something still needs the thing named
  changed,        ///< the store is no longer at the revision that was asked for
  denied,         ///< the one acted as sees the thing, but may not do that
  invalid_input,  ///< an input file cannot be read or is not valid
  store,          ///< the store is missing, damaged, read-only, not a store, too new, or its disk is full
  output,         ///< the output could not be written
  mail,           ///< some mail could not be delivered
  busy,           ///< the store stayed locked for the whole wait
  internal,       ///< a fault of allot itself
};

/// One taker of what a group allots, for a refusal that says who uses a limit.
struct Holder {
  std::string by;          ///< a child group's path, or `GROUP user EMAIL`
  std::int64_t count = 0;  ///< what it takes on the first day of the violation
};

/// One breach of a rule of allot-rules(7), with what would have been accepted instead.
struct Violation {
  std::string rule;   ///< requires, limit, ceiling, feature or period
  std::string group;  ///< the path of the group whose limit, feature or period is broken
  std::string item;   ///< the counted resource or feature; empty where the rule speaks of none
  Period span;  ///< the first run of days on which it is broken in the same way; for `period` the hull that was left
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> requested;
  std::optional<std::int64_t> accepted;  ///< the most that would have been saved
  std::optional<std::int64_t> allotted;  ///< what would be allotted altogether on those days
  std::string by;                        ///< the licence or member at fault; empty where there is none
  std::string message;                   ///< the breach as a sentence for people
  std::vector<Holder> holders;           ///< the largest takers, where a limit is exceeded
};

/// The violations of one refusal: at most `kListed` of them are kept, all of them are counted.
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

/// One fault in an input file; line and column count from 1, the column in characters.
struct Problem {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;
};

/// The one exception that leaves libcore: a kind, a message in one line and, where it helps, what to do.
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
  const char* what() const noexcept override { return message_.c_str(); }

  /// The same error with `place` (a line of a batch) in front of its message.
  Error at(std::string_view place) const;

  /// The same error with what the refused write would have done beside what was asked.
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
};

}  // namespace allot
