#include "libexec/allot-mail/smtp_link.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libexec/allot-mail/server.hpp"

namespace allot::mail {
namespace {

constexpr long kLeaveSeconds = 1;
constexpr int kPollMilliseconds = 1000;

// The minimum transfer rate; a slower transfer is aborted.
constexpr long kSlowestBytesASecond = 100;

void start_libcurl() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw Error::internal(fmt::format("libcurl: {}", curl_easy_strerror(result)));
}

void require_login(const Settings& settings) {
  if (settings.user.has_value() != settings.password.has_value()) {
    throw Error::usage(settings.user ? "there is a user, but no password" : "there is a password, but no user");
  }
  if (!settings.user) return;
  if (settings.user->empty() || find_fault_in_characters(*settings.user)) {
    throw Error::usage(fmt::format("the user {} is malformed", quote(*settings.user)));
  }
  if (settings.password->empty() || settings.password->find('\0') != std::string::npos) {
    throw Error::usage("the password is empty or has a NUL");
  }
}

}  // namespace

template <typename Value>
void SmtpLink::set(CURLoption option, Value value) {
  const CURLcode result = curl_easy_setopt(handle_.get(), option, value);
  if (result != CURLE_OK) throw Error::internal(fmt::format("libcurl: {}", curl_easy_strerror(result)));
}

SmtpLink::SmtpLink(const Settings& settings) {
  start_libcurl();
  require_login(settings);
  const std::string url = server_url(settings.transport);
  handle_.reset(curl_easy_init());
  transfers_.reset(curl_multi_init());
  if (handle_ == nullptr || transfers_ == nullptr) throw Error::internal("libcurl gives no handle");
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");  // not even from the environment
  set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, fault_.data());
  set(CURLOPT_VERBOSE, 1L);  // required for the debug function
  set(CURLOPT_DEBUGFUNCTION, &hear);
  set(CURLOPT_DEBUGDATA, static_cast<void*>(this));
  set(CURLOPT_READFUNCTION, &read);
  set(CURLOPT_READDATA, static_cast<void*>(this));
  set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  set(CURLOPT_CLOSESOCKETFUNCTION, &close_socket);
  set(CURLOPT_CLOSESOCKETDATA, static_cast<void*>(this));
  curl_multi_setopt(transfers_.get(), CURLMOPT_MAXCONNECTS, 1L);
  set_times(settings.timeout);
  set_security(settings);
}

SmtpLink::~SmtpLink() {
  // libcurl sends QUIT at the end of a call that forbids reuse, with these timeouts; a later QUIT has other timeouts.
  is_leaving_ = true;
  curl_easy_setopt(handle_.get(), CURLOPT_SERVER_RESPONSE_TIMEOUT, kLeaveSeconds);
  curl_easy_setopt(handle_.get(), CURLOPT_CONNECTTIMEOUT, kLeaveSeconds);
  curl_easy_setopt(handle_.get(), CURLOPT_FORBID_REUSE, 1L);
  ask();
}

void SmtpLink::set_times(long seconds) {
  set(CURLOPT_CONNECTTIMEOUT, seconds);
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds);
  set(CURLOPT_LOW_SPEED_LIMIT, kSlowestBytesASecond);
  set(CURLOPT_LOW_SPEED_TIME, seconds);
}

void SmtpLink::set_security(const Settings& settings) {
  const bool is_tls = settings.transport.starts_with("smtps:");
  const bool is_offered = settings.starttls == "offered";
  if (!is_offered && settings.starttls != "required" && settings.starttls != "never") {
    throw Error::usage(fmt::format("starttls {} is none of required, offered and never", quote(settings.starttls)));
  }
  const bool is_required = is_tls || settings.starttls == "required";
  const curl_usessl plain_use = is_offered ? CURLUSESSL_TRY : CURLUSESSL_NONE;
  set(CURLOPT_USE_SSL, long{is_required ? CURLUSESSL_ALL : plain_use});
  set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (const char* const store = std::getenv("SSL_CERT_FILE"); store != nullptr && *store != '\0') {
    set(CURLOPT_CAINFO, store);
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!settings.user) return;
  set(CURLOPT_USERNAME, settings.user->c_str());
  set(CURLOPT_PASSWORD, settings.password->c_str());
  has_user_ = true;
  // A password that could be sent unencrypted may only be sent to this machine.
  is_for_loopback_alone_ = !is_required;
  may_force_tls_ = is_offered;
}

CURLcode SmtpLink::ask() {
  curl_easy_setopt(handle_.get(), CURLOPT_UPLOAD, 0L);
  curl_easy_setopt(handle_.get(), CURLOPT_NOBODY, 1L);
  curl_easy_setopt(handle_.get(), CURLOPT_MAIL_RCPT, nullptr);
  curl_easy_setopt(handle_.get(), CURLOPT_CUSTOMREQUEST, "NOOP");
  return perform();
}

CURLcode SmtpLink::send(const Delivery& delivery) {
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> recipients{curl_slist_append(nullptr, delivery.to.c_str()),
                                                                      curl_slist_free_all};
  unread_ = delivery.message;
  set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
  set(CURLOPT_NOBODY, 0L);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(delivery.message.size()));
  set(CURLOPT_MAIL_FROM, delivery.from.c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  perform();
  set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
  return result_;
}

CURLcode SmtpLink::perform() {
  const std::string_view mail = unread_;
  conversation_.begin();
  fault_[0] = '\0';
  result_ = transfer();
  const bool is_usable = result_ == CURLE_OK;
  // libcurl would reuse a connection with an outstanding reply, and take the reply as that of the next command.
  if (!is_usable) cut();
  set(CURLOPT_FRESH_CONNECT, long{!is_usable});
  if (result_ != CURLE_OK && has_met_others_ && may_force_tls_) {
    may_force_tls_ = false;
    is_for_loopback_alone_ = false;
    has_met_others_ = false;
    unread_ = mail;
    set(CURLOPT_USE_SSL, long{CURLUSESSL_ALL});
    return perform();
  }
  return result_;
}

/// Replaces curl_easy_perform, which, if it cannot wait for the server any more, ends an incomplete mail as if it were
/// complete: the server would accept an empty or truncated mail.
CURLcode SmtpLink::transfer() {
  CURLM* const all = transfers_.get();
  CURLMcode state = curl_multi_add_handle(all, handle_.get());
  for (int running = 1; state == CURLM_OK && running > 0;) {
    state = curl_multi_perform(all, &running);
    if (state == CURLM_OK && running > 0) state = curl_multi_poll(all, nullptr, 0, kPollMilliseconds, nullptr);
  }
  int left = 0;
  const CURLMsg* const ended = curl_multi_info_read(all, &left);
  const CURLcode result = ended != nullptr ? ended->data.result : CURLE_RECV_ERROR;
  if (ended == nullptr) cut();
  curl_multi_remove_handle(all, handle_.get());
  return result;
}

void SmtpLink::cut() {
  std::for_each(sockets_.begin(), sockets_.end(), [](curl_socket_t each) { shutdown(each, SHUT_RDWR); });
}

std::string SmtpLink::fault() const {
  if (has_met_others_) return "the password goes to another machine over TLS alone, and starttls is never";
  return fault_[0] != '\0' ? fault_.data() : curl_easy_strerror(result_);
}

int SmtpLink::hear(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self) {
  Conversation& conversation = static_cast<SmtpLink*>(self)->conversation_;
  if (type == CURLINFO_HEADER_OUT) conversation.hear_sent({bytes, size});
  if (type == CURLINFO_HEADER_IN) conversation.hear_received({bytes, size});
  return 0;
}

std::size_t SmtpLink::read(char* bytes, std::size_t size, std::size_t count, void* self) {
  std::string_view& unread = static_cast<SmtpLink*>(self)->unread_;
  const std::size_t length = std::min(size * count, unread.size());
  std::memcpy(bytes, unread.data(), length);
  unread.remove_prefix(length);
  return length;
}

curl_socket_t SmtpLink::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  SmtpLink& link = *static_cast<SmtpLink*>(self);
  if (link.is_leaving_) return CURL_SOCKET_BAD;
  if (link.is_for_loopback_alone_ && !is_loopback(address->addr)) {
    link.has_met_others_ = true;
    return CURL_SOCKET_BAD;
  }
  const curl_socket_t opened = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (opened != CURL_SOCKET_BAD) link.sockets_.push_back(opened);
  return opened;
}

int SmtpLink::close_socket(void* self, curl_socket_t socket) {
  std::erase(static_cast<SmtpLink*>(self)->sockets_, socket);
  return close(socket);
}

}  // namespace allot::mail
