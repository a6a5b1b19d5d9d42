#include "libcore/document/anchors.hpp"

namespace allot {

void Anchors::open(std::string_view name) {
  const auto id = static_cast<AnchorId>(nodes_.size());
  nodes_.push_back({steps_.size(), steps_.size(), true});
  by_name_.insert_or_assign(std::string{name}, id);
  open_.push_back({id, level_});
}

void Anchors::record(const Event& event) {
  steps_.push_back({text_.keep(event.text), std::nullopt, event.kind, event.is_plain});
  if (event.begins_collection()) ++level_;
  if (event.ends_collection()) --level_;
  close_ended_nodes();
}

void Anchors::record_alias(AnchorId anchor) {
  steps_.push_back({{}, anchor, EventKind::broken, false});
  close_ended_nodes();
}

std::optional<AnchorId> Anchors::find(std::string_view name) const {
  const auto found = by_name_.find(std::string{name});
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

void Anchors::play(AnchorId anchor) { playing_.push_back(nodes_[anchor]); }

std::optional<Event> Anchors::step() {
  Node& node = playing_.back();
  const Step& step = steps_[node.begin++];
  if (node.begin == node.end) playing_.pop_back();
  if (step.alias) {
    play(*step.alias);
    return std::nullopt;
  }
  return Event{step.kind, step.is_plain, step.text, Mark{}};
}

/// Closes the nodes that end with the last event.
void Anchors::close_ended_nodes() {
  while (!open_.empty() && open_.back().level == level_) {
    Node& node = nodes_[open_.back().id];
    node.end = steps_.size();
    node.is_open = false;
    open_.pop_back();
  }
}

}  // namespace allot
