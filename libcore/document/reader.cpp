#include "libcore/document/document.hpp"
#include "libcore/document/event_stream.hpp"
#include "libcore/document/hierarchy_reader.hpp"

namespace allot {

void read_hierarchy(const std::vector<Input>& inputs, const Catalogue& known, const Target& target, Document& document,
                    const TakeMembers& taking) {
  HierarchyReader{inputs, known, target, document, taking}.read();
}

void check_syntax(const Input& input) {
  const std::vector<std::string> files{input.name};
  Problems problems{files};
  EventStream events{input, 0, problems};
  while (events.next().kind != EventKind::end) {
  }
  problems.throw_if_any();
}

}  // namespace allot
