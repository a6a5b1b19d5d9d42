#pragma once

#include <string>

#include "cli/candidates.hpp"

namespace allot::cli {

/// The kind of value at a position of a command line.
enum class ValueKind {
  nothing,
  files,
  path,
  user,
  member,         ///< a user of the group that the line names
  group_of_user,  ///< a group of the user that the line names
  license,        ///< a licence of the group that the line names last
  item,
  feature,
  resource,
  count,  ///< the name of a resource, `=` and its count
  revision,
  group_kind,
  label,      ///< a label of the item that the line names
  label_key,  ///< the same, followed by `=`
  sort_key,
  column,
  page,
  subcommand,  ///< of the command that the line names
  words,
};

/// A kind of value; of `words`, the candidates.
struct ValueSlot {
  ValueKind kind = ValueKind::nothing;
  Candidates words{};
};

/// The kind of value of the option `name` of the command `command`, such as `user add`.
ValueSlot slot_of_option(const std::string& name, const std::string& command);

/// The kind of value of the positional argument `name` of the command `command`, such as `user add`.
ValueSlot slot_of_positional(const std::string& name, const std::string& command);

}  // namespace allot::cli
