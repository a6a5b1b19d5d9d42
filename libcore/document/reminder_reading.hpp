#pragma once

#include "libcore/document/document.hpp"
#include "libcore/document/node_reader.hpp"
#include "libcore/model/hierarchy.hpp"

namespace allot {

/// Reads the next node, the value of `reminder`; not specified if it has a fault, which is reported. See
/// allot-hierarchy(5), reminder.
Specified<Reminder> read_reminder(NodeReader& nodes);

}  // namespace allot
