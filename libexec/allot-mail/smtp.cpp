#include "libexec/allot-mail/smtp.hpp"

#include <algorithm>
#include <string_view>

namespace allot::mail {
namespace {

// A permanent refusal of the mail, although the reply precedes the recipient.
constexpr int kMailTooLarge = 552;

// After this many consecutive timeouts, the remaining mails are not attempted.
constexpr int kTimeoutsToGiveUp = 2;

bool is_permanent(int code) { return code >= 500; }
bool is_taken(int code) { return code >= 200 && code < 300; }

bool has_only_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string_view local_part(std::string_view address) { return address.substr(0, address.find('@')); }

}  // namespace

Smtp::Smtp(const Settings& settings) : password_(settings.password), link_(settings) {}

DeliveryOutcome Smtp::deliver(const Delivery& delivery) {
  if (unreachable_) return *unreachable_;
  if (!is_connected_) unreachable_ = reach();
  if (unreachable_) return *unreachable_;
  if (auto outcome = find_foreign_letters(delivery)) return *outcome;
  const Conversation& conversation = link_.conversation();
  CURLcode result = link_.send(delivery);
  const bool is_silent = conversation.code() == 0 && conversation.stage() <= Stage::sender && !conversation.is_new();
  if (is_silent && (result == CURLE_SEND_ERROR || result == CURLE_RECV_ERROR)) {
    // The server had closed the connection after the previous mail; it has received nothing of this mail.
    result = link_.send(delivery);
  }
  DeliveryOutcome outcome = find_outcome();
  // libcurl closes a connection after every fault.
  is_connected_ = result == CURLE_OK;
  timeouts_ = result == CURLE_OPERATION_TIMEDOUT ? timeouts_ + 1 : 0;
  // Newer versions of libcurl do not send a domain without an ASCII form at all.
  const bool is_lost = conversation.stage() < Stage::sender && !is_connected_ && result != CURLE_URL_MALFORMAT;
  if (is_lost || timeouts_ == kTimeoutsToGiveUp) unreachable_ = with_reason(DeliveryStatus::deferred);
  return outcome;
}

/// Connects and logs in; returns the outcome on failure.
std::optional<DeliveryOutcome> Smtp::reach() {
  if (link_.ask() != CURLE_OK) return with_reason(DeliveryStatus::deferred);
  if (link_.has_user() && !link_.conversation().has_authenticated()) {
    return DeliveryOutcome{DeliveryStatus::deferred, 0, "the server does not offer authentication"};
  }
  is_connected_ = true;
  return std::nullopt;
}

/// Returns an outcome if the server does not accept an address with a local part that is not ASCII. libcurl sends
/// domains in ASCII.
std::optional<DeliveryOutcome> Smtp::find_foreign_letters(const Delivery& delivery) const {
  if (link_.conversation().takes_utf8()) return std::nullopt;
  if (has_only_ascii(local_part(delivery.from)) && has_only_ascii(local_part(delivery.to))) return std::nullopt;
  return DeliveryOutcome{DeliveryStatus::deferred, 0,
                         "the server takes no address with other letters than ASCII (SMTPUTF8)"};
}

DeliveryOutcome Smtp::find_outcome() const {
  const Conversation& conversation = link_.conversation();
  const int code = conversation.code();
  switch (conversation.stage()) {
    case Stage::finished:
      if (is_taken(code)) return with_reason(DeliveryStatus::delivered);
      if (code >= 400) return with_reason(is_permanent(code) ? DeliveryStatus::refused : DeliveryStatus::deferred);
      return with_reason(DeliveryStatus::unknown);
    case Stage::body:
      return with_reason(DeliveryStatus::unknown);
    case Stage::recipient:
    case Stage::data:
      return with_reason(is_permanent(code) ? DeliveryStatus::refused : DeliveryStatus::deferred);
    case Stage::sender:
      if (code == kMailTooLarge) return with_reason(DeliveryStatus::refused);
      break;
    default:
      break;
  }
  return with_reason(DeliveryStatus::deferred);
}

/// The status with the reason from the server, if any, else from libcurl.
DeliveryOutcome Smtp::with_reason(DeliveryStatus fate) const {
  const Conversation& conversation = link_.conversation();
  const bool is_said = conversation.code() >= 400 || conversation.stage() == Stage::finished;
  std::string answer = conversation.redact(is_said ? conversation.text() : link_.fault());
  if (password_) Conversation::blot_out(answer, *password_);
  return {fate, is_said ? conversation.code() : 0, answer};
}

}  // namespace allot::mail
