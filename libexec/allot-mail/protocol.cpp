#include "libexec/allot-mail/protocol.hpp"

#include <fmt/format.h>

#include <istream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libexec/allot-mail/outgoing_mail.hpp"
#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {
namespace {

using Json = nlohmann::json;

constexpr int kDone = 0;
constexpr int kMalformed = 2;
constexpr int kFault = 70;
constexpr int kUnwritten = 74;

constexpr std::size_t kLongestMessage = std::size_t{64} << 20;
constexpr int kDeepest = 4;
constexpr std::size_t kLongestAnswer = 500;

/// A line that is not a request.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The next line without its line end; nullopt at the end of the input.
std::optional<std::string> read_line(std::istream& in) {
  std::string line;
  std::streambuf& buffer = *in.rdbuf();
  for (int c = buffer.sbumpc(); c != std::char_traits<char>::eof(); c = buffer.sbumpc()) {
    if (c == '\n') return line;
    if (line.size() == kLongestMessage) throw Malformed{"the line is too long"};
    line += static_cast<char>(c);
  }
  return line.empty() ? std::nullopt : std::optional{std::move(line)};
}

Json parse(const std::string& line) {
  try {
    return Json::parse(line, [](int depth, Json::parse_event_t, Json&) {
      if (depth > kDeepest) throw Malformed{"the line is nested too deep"};
      return true;
    });
  } catch (const Json::exception&) {
    // The faulty text is not quoted, since it may contain the password.
    throw Malformed{"the line is not JSON"};
  }
}

std::optional<std::string> text_or_null(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional{value.get<std::string>()};
}

Settings settings_of(const Json& request) {
  Settings settings;
  settings.transport = text_or_null(request.at("transport")).value_or("");
  settings.starttls = request.at("starttls").get<std::string>();
  settings.user = text_or_null(request.at("user"));
  settings.password = text_or_null(request.at("password"));
  const auto timeout = request.at("timeout").get_ref<const Json::number_unsigned_t&>();
  settings.timeout = timeout > 3600 ? -1 : static_cast<int>(timeout);
  return settings;
}

Mailbox mailbox_of(const Json& value) {
  return {value.at("name").get<std::string>(), value.at("address").get<std::string>()};
}

OutgoingMail letter_of(const Json& request) {
  OutgoingMail letter;
  letter.from = mailbox_of(request.at("from"));
  letter.to = mailbox_of(request.at("to"));
  letter.subject = request.at("subject").get<std::string>();
  letter.text = request.at("text").get<std::string>();
  letter.html = text_or_null(request.at("html"));
  letter.language = request.at("language").get<std::string>();
  letter.message_id = request.at("message_id").get<std::string>();
  letter.time = request.at("time").get_ref<const Json::number_integer_t&>();
  return letter;
}

Delivery delivery_of(const Json& request) {
  return {request.at("from").get<std::string>(), request.at("to").get<std::string>(),
          request.at("message").get<std::string>()};
}

const char* name_of(DeliveryStatus fate) {
  switch (fate) {
    case DeliveryStatus::delivered:
      return "delivered";
    case DeliveryStatus::refused:
      return "refused";
    case DeliveryStatus::unknown:
      return "unknown";
    case DeliveryStatus::deferred:
      break;
  }
  return "deferred";
}

/// `text` of foreign origin as one line of limited length without terminal control characters.
std::string tidy(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_space) line += c;
    if (is_space && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  line = escape_for_terminal(line);
  if (line.size() <= kLongestAnswer) return line;
  line.resize(kLongestAnswer);
  while (!is_utf8(line)) line.pop_back();
  return line + "...";
}

/// Handles the requests after the first.
class Service {
 public:
  explicit Service(const Settings& settings) {
    if (!settings.transport.empty()) transport_ = open_transport(settings);
  }

  Json answer(const Json& request) {
    if (request.is_object() && request.size() == 1) {
      if (request.contains("compose")) return {{"message", compose(letter_of(request["compose"]))}};
      if (request.contains("deliver")) return deliver(delivery_of(request["deliver"]));
    }
    throw Malformed{"the line is no request"};
  }

 private:
  Json deliver(const Delivery& delivery) {
    require_sound(delivery);
    if (transport_ == nullptr) throw Error::usage("there is no transport");
    const DeliveryOutcome outcome = transport_->deliver(delivery);
    return {{"result", name_of(outcome.fate)}, {"code", outcome.code}, {"answer", tidy(outcome.answer)}};
  }

  std::unique_ptr<Transport> transport_;
};

Json error_of(const std::string& message) { return {{"error", tidy(message)}}; }

void print(std::ostream& out, const Json& answer) { out << answer.dump() << '\n' << std::flush; }

/// Reads and answers requests until the end of the input or a line that is not a request.
void serve_all(std::istream& in, std::ostream& out) {
  const auto first = read_line(in);
  if (!first) return;
  std::optional<Service> service;
  try {
    service.emplace(settings_of(parse(*first)));
  } catch (const Error& error) {
    throw Malformed{error.message()};
  }
  print(out, {{"ready", true}});
  while (out) {
    const auto line = read_line(in);
    if (!line) return;
    try {
      print(out, service->answer(parse(*line)));
    } catch (const Error& error) {
      print(out, {{"unfit", tidy(error.message())}});
    }
  }
}

}  // namespace

int serve(std::istream& in, std::ostream& out) {
  try {
    serve_all(in, out);
  } catch (const Malformed& malformed) {
    print(out, error_of(malformed.what()));
    return kMalformed;
  } catch (const Json::exception&) {
    print(out, error_of("the line lacks a key, or has a value of another type"));
    return kMalformed;
  } catch (const std::exception& fault) {
    print(out, error_of(fault.what()));
    return kFault;
  }
  return out ? kDone : kUnwritten;
}

}  // namespace allot::mail
