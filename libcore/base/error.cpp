#include "libcore/base/error.hpp"

#include <fmt/format.h>

#include <utility>

namespace allot {

void Violations::add(Violation violation) {
  if (is_listing()) listed_.push_back(std::move(violation));
  ++total_;
}

Error::Error(ErrorKind kind, std::string message, std::string hint)
    : kind_(kind), message_(std::move(message)), hint_(std::move(hint)) {}

Error Error::usage(std::string message, std::string hint) {
  return {ErrorKind::usage, std::move(message), std::move(hint)};
}

Error Error::refused(std::string message, Violations violations) {
  Error error{ErrorKind::refused, std::move(message), {}};
  error.violations_ = std::move(violations);
  return error;
}

Error Error::not_found(std::string message, std::string hint) {
  return {ErrorKind::not_found, std::move(message), std::move(hint)};
}

Error Error::exists(std::string message, std::string hint) {
  return {ErrorKind::exists, std::move(message), std::move(hint)};
}

Error Error::not_empty(std::string message, std::string hint) {
  return {ErrorKind::not_empty, std::move(message), std::move(hint)};
}

Error Error::in_use(std::string message, std::string hint) {
  return {ErrorKind::in_use, std::move(message), std::move(hint)};
}

Error Error::changed(std::string message, std::string hint) {
  return {ErrorKind::changed, std::move(message), std::move(hint)};
}

Error Error::denied(std::string message, std::string hint) {
  return {ErrorKind::denied, std::move(message), std::move(hint)};
}

Error Error::invalid_input(std::string message, std::string hint) {
  return {ErrorKind::invalid_input, std::move(message), std::move(hint)};
}

Error Error::invalid_input(std::vector<Problem> problems, std::size_t total) {
  Error error{ErrorKind::invalid_input, fmt::format("{} error{} in the input", total, total == 1 ? "" : "s"), {}};
  error.problems_ = std::move(problems);
  error.problems_total_ = total;
  return error;
}

Error Error::store(std::string message, std::string hint) {
  return {ErrorKind::store, std::move(message), std::move(hint)};
}

Error Error::too_many_removals(std::string message, std::string hint, RemovedItems removed) {
  Error error{ErrorKind::too_many_removals, std::move(message), std::move(hint)};
  error.removed_ = removed;
  return error;
}

Error Error::output(std::string message, std::string hint) {
  return {ErrorKind::output, std::move(message), std::move(hint)};
}

Error Error::mail(std::string message, std::string hint) {
  return {ErrorKind::mail, std::move(message), std::move(hint)};
}

Error Error::busy(std::string message, std::string hint) {
  return {ErrorKind::busy, std::move(message), std::move(hint)};
}

Error Error::internal(std::string message) { return {ErrorKind::internal, std::move(message), {}}; }

Error Error::at(std::string_view place) const {
  Error error = *this;
  error.message_ = fmt::format("{}: {}", place, message_);
  error.place_ = place_.empty() ? std::string{place} : fmt::format("{}: {}", place, place_);
  return error;
}

Error Error::rephrased(std::string message, std::string hint) const {
  Error error = *this;
  error.message_ = std::move(message);
  error.hint_ = std::move(hint);
  return error;
}

Error Error::with_notes(std::vector<std::string> notes) const {
  Error error = *this;
  error.notes_ = std::move(notes);
  return error;
}

}  // namespace allot
