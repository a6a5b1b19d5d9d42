#include "cli/feed.hpp"

#include <poll.h>

#include <chrono>
#include <csignal>
#include <ostream>

#include "cli/output/whole_lines.hpp"
#include "cli/show_log.hpp"
#include "cli/spool.hpp"

namespace allot::cli {
namespace {

/// The size from which what was read is written before more is read.
constexpr std::size_t kFeedPiece = std::size_t{1024} * 1024;

/// The time between two looks at the store.
constexpr std::chrono::milliseconds kFeedPause{250};

/// Prints the log from a position on. Entries are read into a buffer and written when no transaction is open, so that
/// nothing is locked while a reader is waited for.
class Feed {
 public:
  Feed(std::int64_t after, Context& context)
      : context_(context),
        spool_(context.streams()),
        writer_(spool_),
        text_(&writer_),
        lines_(context.streams().out_fd) {
    position_.revision = after;
    text_.exceptions(std::ios::badbit);
  }

  /// Prints the entries up to the newest.
  void print() {
    for (bool has_more = true; has_more;) {
      has_more = !read();
      if (!spool_.write_to(lines_)) throw Error::output("the output could not be written");
      spool_.clear();
    }
  }

  /// Prints further entries until a signal ends the process.
  void follow() {
    while (true) {
      wait();
      const auto counter = context_.engine().find_change_counter();
      if (counter && counter == position_.change_counter) continue;
      try {
        print();
      } catch (const Error& error) {
        // A store that is locked for longer than --wait has no further entries yet.
        if (error.kind() != ErrorKind::busy || spool_.size() > 0) throw;
      }
    }
  }

 private:
  /// Reads a piece and returns whether it is the last.
  bool read() {
    context_.engine().set_today(today_of(context_.streams()));
    View view{context_.engine()};
    view.topmost();  // throws if the actor sees no group: then the log is not visible either
    return view.read_on(position_, [&](const LogEntry& entry, EntryChanges& changes) {
      write_entry_line(entry, changes, text_);
      return spool_.size() < kFeedPiece;
    });
  }

  /// Waits a moment; ends the process as a broken pipe does if nobody can read the output any more.
  void wait() const {
    pollfd output{context_.streams().out_fd, 0, 0};
    poll(&output, 1, static_cast<int>(kFeedPause.count()));
    if ((output.revents & (POLLERR | POLLHUP | POLLNVAL)) == 0) return;
    std::raise(SIGPIPE);
    throw Error::output("the output could not be written");
  }

  Context& context_;
  LogPosition position_;
  Spool spool_;
  SpoolWriter writer_;
  std::ostream text_;
  WholeLines lines_;
};

}  // namespace

void print_feed(std::int64_t after, Waiting waiting, Context& context) {
  context.require_no_guard();
  if (context.is_in_batch() || context.streams().out_fd < 0) {
    LogPosition position{after};
    View view{context.engine()};
    view.topmost();
    view.read_on(position, [&](const LogEntry& entry, EntryChanges& changes) {
      write_entry_line(entry, changes, context.out());
      return true;
    });
    return;
  }
  if (!context.out()) throw Error::output("the output could not be written");
  Feed feed{after, context};
  feed.print();
  if (waiting == Waiting::yes) feed.follow();
}

}  // namespace allot::cli
