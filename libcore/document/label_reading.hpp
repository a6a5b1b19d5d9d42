#pragma once

#include "libcore/document/node_reader.hpp"

namespace allot {

/// Reads the next node as labels, a mapping of keys to texts; an empty value is the empty text. Reports keys and values
/// that are not valid, and more than `Labels::kMost`.
Specified<Labels> read_labels(NodeReader& nodes);

}  // namespace allot
