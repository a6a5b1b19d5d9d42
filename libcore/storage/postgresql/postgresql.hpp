#pragma once

namespace allot {

/// Makes this process open stores at server locations.
void use_postgresql();

}  // namespace allot
