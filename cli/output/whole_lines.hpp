#pragma once

#include <csignal>
#include <streambuf>

namespace allot::cli {

/// Writes lines to a descriptor so that none is cut by SIGINT, SIGTERM or SIGHUP: these take effect between two lines,
/// or when nothing was accepted for a second.
class WholeLines : public std::streambuf {
 public:
  explicit WholeLines(int file);
  ~WholeLines() override;
  WholeLines(const WholeLines&) = delete;
  WholeLines& operator=(const WholeLines&) = delete;

 protected:
  std::streamsize xsputn(const char* bytes, std::streamsize size) override;
  int_type overflow(int_type c) override;

 private:
  bool write_piece(const char* bytes, std::size_t size);
  void hold_signals();
  void admit_signals();
  bool has_pending_signal() const;

  int file_;
  sigset_t ending_{};    // the signals that end the program
  sigset_t admitted_{};  // the signal mask between lines
  bool is_holding_ = false;
};

}  // namespace allot::cli
