#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcore/document/event.hpp"
#include "libcore/model/text_arena.hpp"

namespace allot {

/// The place of an anchored node among all of a file.
using AnchorId = std::uint32_t;

/// Records the events of anchored nodes while they are read, and plays them again for their aliases.
class Anchors {
 public:
  /// Begins to record the node that carries anchor `name`; its first event comes next.
  void open(std::string_view name);

  bool is_recording() const { return !open_.empty(); }

  /// Records an event of the file, and closes the nodes that end with it.
  void record(const Event& event);

  /// Records an alias as a reference; what it stands for is not copied.
  void record_alias(AnchorId anchor);

  /// The node that carries `name` by now.
  std::optional<AnchorId> find(std::string_view name) const;

  /// Whether the node is still being read, so that an alias to it would contain itself.
  bool is_open(AnchorId anchor) const { return nodes_[anchor].is_open; }

  /// Begins to play `anchor`, which must not be open.
  void play(AnchorId anchor);

  bool is_playing() const { return !playing_.empty(); }

  /// Plays one step: gives the next event (its mark unset), or nothing where the step was a reference or an end.
  std::optional<Event> step();

 private:
  struct Step {
    std::string_view text;
    std::optional<AnchorId> alias;
    EventKind kind = EventKind::broken;
    bool is_plain = false;
  };
  struct Node {
    std::size_t begin = 0;  // steps_
    std::size_t end = 0;
    bool is_open = true;
  };
  struct OpenNode {
    AnchorId id = 0;
    std::size_t level = 0;
  };

  void close_ended_nodes();

  std::vector<Step> steps_;
  std::vector<Node> nodes_;
  std::unordered_map<std::string, AnchorId> by_name_;
  std::vector<OpenNode> open_;
  std::size_t level_ = 0;  // of nesting, within what is recorded
  std::vector<Node> playing_;
  TextArena text_;
};

}  // namespace allot
