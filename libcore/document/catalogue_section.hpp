#pragma once

#include "libcore/document/item_table.hpp"
#include "libcore/document/node_reader.hpp"

namespace allot {

/// Reads the value of the key `catalog` into `items`; the names are stored in `text`.
void read_catalogue(NodeReader& nodes, ItemTable& items, TextArena& text);

}  // namespace allot
