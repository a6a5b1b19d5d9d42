#pragma once

#include <sys/socket.h>

#include <string>

namespace allot::mail {

/// The URL for libcurl, with the server and the name for EHLO, of `smtp://HOST:PORT` or `smtps://HOST:PORT`; throws a
/// usage error for any other `transport`.
std::string server_url(const std::string& transport);

/// Whether `address` is a loopback address.
bool is_loopback(const sockaddr& address);

}  // namespace allot::mail
