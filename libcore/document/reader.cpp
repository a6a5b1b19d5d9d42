#include "libcore/document/document.hpp"
#include "libcore/document/hierarchy_reader.hpp"

namespace allot {

Document read_hierarchy(const std::vector<Input>& inputs, const Catalogue& known, const Target& target) {
  return HierarchyReader{inputs, known, target}.read();
}

}  // namespace allot
