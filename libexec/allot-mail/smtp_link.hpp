#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libexec/allot-mail/conversation.hpp"
#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {

/// The libcurl handle for one server, and its callbacks.
class SmtpLink {
 public:
  /// Throws a usage error if the transport, the user or the password is not valid; does not connect yet.
  explicit SmtpLink(const Settings& settings);
  /// Sends QUIT to the server; takes at most a few seconds.
  ~SmtpLink();
  SmtpLink(const SmtpLink&) = delete;
  SmtpLink& operator=(const SmtpLink&) = delete;

  /// Connects and logs in if not yet done, and sends NOOP.
  CURLcode ask();

  /// Sends one mail; connects if needed.
  CURLcode send(const Delivery& delivery);

  const Conversation& conversation() const { return conversation_; }
  bool has_user() const { return has_user_; }

  /// The libcurl message of the last failure.
  std::string fault() const;

 private:
  struct Cleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct CleanupTransfers {
    void operator()(CURLM* transfers) const { curl_multi_cleanup(transfers); }
  };

  template <typename Value>
  void set(CURLoption option, Value value);
  void set_security(const Settings& settings);
  void set_times(long seconds);
  CURLcode perform();
  CURLcode transfer();
  void cut();

  static int hear(CURL* handle, curl_infotype type, char* bytes, std::size_t size, void* self);
  static std::size_t read(char* bytes, std::size_t size, std::size_t count, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int close_socket(void* self, curl_socket_t socket);

  Conversation conversation_;
  CURLcode result_ = CURLE_OK;
  std::array<char, CURL_ERROR_SIZE> fault_{};
  std::vector<curl_socket_t> sockets_;
  std::string_view unread_;  ///< the part of the mail that is not sent yet
  bool has_user_ = false;
  bool may_force_tls_ = false;
  bool is_for_loopback_alone_ = false;
  bool has_met_others_ = false;
  bool is_leaving_ = false;
  std::unique_ptr<CURL, Cleanup> handle_;
  std::unique_ptr<CURLM, CleanupTransfers> transfers_;  ///< owns the connection; destroyed first: it calls back
};

}  // namespace allot::mail
