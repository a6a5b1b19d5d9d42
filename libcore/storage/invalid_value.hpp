#pragma once

#include "libcore/base/error.hpp"

namespace allot {

/// Returns the error for a value that allot never writes.
inline Error impossible_value() {
  return Error::store("the store is damaged: a row has an invalid value", "restore a backup");
}

}  // namespace allot
