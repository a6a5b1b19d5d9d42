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

/// The index of an anchored node among those of a file.
using AnchorId = std::uint32_t;

/// Records the events of anchored nodes while they are read, and replays them for their aliases.
class Anchors {
 public:
  /// Begins to record the node with anchor `name`; its first event is the next.
  void open(std::string_view name);

  bool is_recording() const { return !open_.empty(); }

  /// Records an event of the file and closes the nodes that end with it.
  void record(const Event& event);

  /// Records an alias as a reference; the events of its node are not copied.
  void record_alias(AnchorId anchor);

  /// Returns the node that currently has the anchor `name`.
  std::optional<AnchorId> find(std::string_view name) const;

  /// Returns whether the node is still being read, so that an alias to it would contain itself.
  bool is_open(AnchorId anchor) const { return nodes_[anchor].is_open; }

  /// Begins to replay `anchor`, which must not be open.
  void play(AnchorId anchor);

  bool is_playing() const { return !playing_.empty(); }

  /// Replays one step: returns the next event (without mark), or nothing if the step was a reference or an end.
  std::optional<Event> step();

 private:
  struct Step {
    std::string_view text;
    std::optional<AnchorId> alias;
    EventKind kind = EventKind::broken;
    bool is_plain = false;
  };
  struct Node {
    std::size_t begin = 0;  // index in steps_
    std::size_t end = 0;    // one past the last
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
  std::size_t level_ = 0;  // the nesting level in the recorded nodes
  std::vector<Node> playing_;
  TextArena text_;
};

}  // namespace allot
