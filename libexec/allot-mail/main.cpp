#include <sys/resource.h>

#include <clocale>
#include <csignal>
#include <iostream>

#include "libexec/allot-mail/protocol.hpp"

int main() {
  // A core dump would contain the password.
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::signal(SIGPIPE, SIG_IGN);  // a closed connection or pipe is reported as an error
  std::signal(SIGXFSZ, SIG_IGN);  // so is exceeding a file-size limit
  std::signal(SIGCHLD, SIG_DFL);  // if ignored, child processes would leave no exit status
  // libcurl decodes domains by the locale; the input is always UTF-8, whatever the locale of the user.
  std::setlocale(LC_ALL, "C.UTF-8");
  std::ios::sync_with_stdio(false);
  return allot::mail::serve(std::cin, std::cout);
}
