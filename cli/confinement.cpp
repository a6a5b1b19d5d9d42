#include "cli/confinement.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "libcore/base/error.hpp"

namespace allot::cli {
namespace {

#ifndef ALLOT_SANITIZED  // sanitizers reserve terabytes of address space
constexpr rlim_t kMostMemory = rlim_t{1024} * 1024 * 1024;
#endif
constexpr rlim_t kMostSeconds = 300;

void bound(int resource, rlim_t most) {
  rlimit limit{};
  bool is_done = getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) == 0;
  limit.rlim_max = std::min(limit.rlim_max, most);
  limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
  is_done = is_done && setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) == 0;
  if (!is_done) throw Error::internal("the resource limits of the process cannot be set");
}

}  // namespace

void confine_process() {
#ifndef ALLOT_SANITIZED
  bound(RLIMIT_AS, kMostMemory);
#endif
  bound(RLIMIT_CPU, kMostSeconds);
  bound(RLIMIT_CORE, 0);
  umask(S_IRWXG | S_IRWXO);
  clearenv();
  tzset();  // use the time zone of the machine, not TZ
}

}  // namespace allot::cli
