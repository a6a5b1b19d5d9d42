#include <sys/resource.h>

#include <clocale>
#include <csignal>
#include <iostream>

#include "libexec/allot-mail/protocol.hpp"

int main() {
  // What a core would hold includes the password.
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::signal(SIGPIPE, SIG_IGN);  // a server or program that goes away is an answer
  std::signal(SIGXFSZ, SIG_IGN);  // as is a disk or quota that is full
  std::signal(SIGCHLD, SIG_DFL);  // ignored, a program that is run would leave no exit status
  // libcurl reads the letters of a domain by the locale, and what comes here is UTF-8 whatever the user's is.
  std::setlocale(LC_ALL, "C.UTF-8");
  std::ios::sync_with_stdio(false);
  return allot::mail::serve(std::cin, std::cout);
}
