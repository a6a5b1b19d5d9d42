// Preloaded by on_date.py into dynamically linked programs: sets the system clock LATER_CLOCK seconds ahead.
// libfaketime is not used: it opens files, which may replace a closed standard input, and passes times to
// clock_nanosleep() that the kernel refuses. Monotonic clocks, sleeping and file times do not change.
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

namespace {

time_t seconds_ahead = 0;

// Before main, since `allot shell` clears its environment.
[[gnu::constructor]] void read_environment() {
  if (const char* const text = std::getenv("LATER_CLOCK")) seconds_ahead = std::atol(text);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const long status = syscall(SYS_clock_gettime, clock, now);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += seconds_ahead;
  return static_cast<int>(status);
}

int gettimeofday(timeval* now, void* zone) noexcept {
  const long status = syscall(SYS_gettimeofday, now, zone);
  if (status == 0) now->tv_sec += seconds_ahead;
  return static_cast<int>(status);
}

time_t time(time_t* now) noexcept {
  timespec both{};
  clock_gettime(CLOCK_REALTIME, &both);
  if (now != nullptr) *now = both.tv_sec;
  return both.tv_sec;
}

}  // extern "C"
