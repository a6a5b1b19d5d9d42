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

/// libcurl's handle for one server, and what its callbacks hear and decide.
class SmtpLink {
 public:
  /// Throws a usage error where the transport, the user or the password cannot be; nothing is connected yet.
  explicit SmtpLink(const Settings& settings);
  /// Takes leave of the server, for a few seconds at most.
  ~SmtpLink();
  SmtpLink(const SmtpLink&) = delete;
  SmtpLink& operator=(const SmtpLink&) = delete;

  /// Connects and logs in where that has not been done, and says NOOP.
  CURLcode ask();

  /// Says one mail, connecting where that is needed.
  CURLcode send(const Delivery& delivery);

  const Conversation& conversation() const { return conversation_; }
  bool has_user() const { return has_user_; }

  /// Why the last call failed, in libcurl's words.
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
  std::string_view unread_;  ///< what of the mail is still to be sent
  bool has_user_ = false;
  bool may_force_tls_ = false;
  bool is_for_loopback_alone_ = false;
  bool has_met_others_ = false;
  bool is_leaving_ = false;
  std::unique_ptr<CURL, Cleanup> handle_;
  std::unique_ptr<CURLM, CleanupTransfers> transfers_;  ///< keeps the connection; the first to go: its end calls back
};

}  // namespace allot::mail
