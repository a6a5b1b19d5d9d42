#pragma once

#include <sys/socket.h>

#include <string>

namespace allot::mail {

/// What libcurl is given to connect to and to say EHLO with, for `smtp://HOST:PORT` or `smtps://HOST:PORT`; throws a
/// usage error where `transport` is anything else.
std::string server_url(const std::string& transport);

/// Whether what is sent to `address` stays on this machine.
bool is_loopback(const sockaddr& address);

}  // namespace allot::mail
