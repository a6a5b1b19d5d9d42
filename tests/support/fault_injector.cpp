// Runs a program and makes one of its system calls fail. Only calls on files and sockets are counted, in the program
// and in the programs that it starts, except in programs whose names are not in --programs.
//
//   fault_injector [--programs NAME,NAME] [--at PROCESS:NUMBER --fault FAULT] --report FILE PROGRAM [ARGUMENT]...
//
// PROCESS is 0 for PROGRAM and is incremented for each started process, NUMBER counts the calls of a process from 1.
// FAULT is one of
//
//   kill-before  SIGKILL, and the call is not made        kill-after  the call is made, then SIGKILL
//   EIO ENOSPC EINTR                                      the call is not made and reports that error
//   short                                                 a transfer of half of the requested bytes, at least one
//   ENOMEM                                                all requests for memory fail from request NUMBER on
//
// A close() that reports an error has closed the descriptor, as on Linux. The report has a line per call,
// "PROCESS:NUMBER <TAB> NAME <TAB> FILE <TAB> BYTES" (BYTES is - for calls without a transfer), and per memory request
// "PROCESS:mNUMBER"; with --at only the line of the injected fault. Its last line, "exit STATUS" or "signal NUMBER", is
// how PROGRAM ended. The injector ends with status 0, or with 77 if it is not allowed to trace.

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "tests/support/fault_injector_calls.hpp"

namespace {

struct Fault {
  std::string process;
  std::uint64_t number = 0;
  bool is_of_memory = false;
  std::string what;
  int error = 0;  ///< the error that the call reports; 0 for other faults
};

struct Process {
  std::size_t ordinal = 0;
  std::uint64_t calls = 0;
  std::uint64_t requests = 0;
};

/// The actions when a call returns.
struct Return {
  user_regs_struct registers{};  ///< the registers at entry: a program may rely on unchanged arguments
  bool is_fatal = false;
  int error = 0;
  std::uint64_t length_at = 0;  ///< the address of a changed length in the program, and the original length
  std::uint64_t length = 0;
};

[[noreturn]] void fail(const std::string& what) {
  std::cerr << "fault_injector: " << what << ": " << std::strerror(errno) << '\n';
  std::exit(70);
}

class Tracer {
 public:
  Tracer(std::ofstream& report, std::set<std::string> programs, std::optional<Fault> fault)
      : report_(report), programs_(std::move(programs)), fault_(std::move(fault)) {}

  /// Traces `root` and all processes that it starts until they have ended.
  void follow(pid_t root) {
    int ended = 0;
    resume(root);
    for (int status = 0;;) {
      const pid_t task = waitpid(-1, &status, __WALL);
      if (task < 0 && errno == EINTR) continue;
      if (task < 0) break;
      if (task == root && !WIFSTOPPED(status)) ended = status;
      if (WIFSTOPPED(status)) handle_stop(task, status);
      if (!WIFSTOPPED(status)) returns_.erase(task);
    }
    report_ << (WIFSIGNALED(ended) ? "signal " : "exit ") << (WIFSIGNALED(ended) ? WTERMSIG(ended) : WEXITSTATUS(ended))
            << '\n';
  }

 private:
  void resume(pid_t task, int signal = 0) { ptrace(PTRACE_SYSCALL, task, nullptr, signal); }

  void handle_stop(pid_t task, int status) {
    const int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) return handle_call(task);
    const int event = status >> 16;
    has_begun_ |= event == PTRACE_EVENT_EXEC;
    if (event == PTRACE_EVENT_EXEC && !is_followed(task)) {
      ptrace(PTRACE_DETACH, task, nullptr, 0);
      return;
    }
    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
      unsigned long made = 0;
      ptrace(PTRACE_GETEVENTMSG, task, nullptr, &made);
      process_of(static_cast<pid_t>(made));
      return resume(task);
    }
    const bool is_new = known_.insert(task).second && signal == SIGSTOP;
    resume(task, event != 0 || is_new ? 0 : signal);
  }

  bool is_followed(pid_t task) {
    const auto program = std::filesystem::read_symlink("/proc/" + std::to_string(task) + "/exe");
    return programs_.contains(program.filename());
  }

  Process& process_of(pid_t task) {
    pid_t group = task;
    std::ifstream status{"/proc/" + std::to_string(task) + "/status"};
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("Tgid:")) group = std::atoi(line.c_str() + 5);
    }
    const auto [found, is_new] = processes_.try_emplace(group);
    if (is_new) found->second.ordinal = processes_.size() - 1;
    return found->second;
  }

  void handle_call(pid_t task) {
    __ptrace_syscall_info info{};
    ptrace(static_cast<__ptrace_request>(PTRACE_GET_SYSCALL_INFO), task, sizeof info, &info);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY && has_begun_) enter(task, info);
    if (info.op == PTRACE_SYSCALL_INFO_EXIT) leave(task);
    resume(task);
  }

  void enter(pid_t task, const __ptrace_syscall_info& info) {
    const auto number = static_cast<long>(info.entry.nr);
    const bool is_mapping = number == SYS_mmap;
    const bool is_of_memory = is_mapping && static_cast<int>(info.entry.args[4]) < 0;
    if (number == SYS_brk || number == SYS_mremap || is_of_memory) return count_memory(task, number);
    const auto call = kCalls.find(number);
    if (call == kCalls.end()) return;
    Process& process = process_of(task);
    const std::string point = std::to_string(process.ordinal) + ":" + std::to_string(++process.calls);
    const bool is_here =
        fault_ && !fault_->is_of_memory && point == fault_->process + ":" + std::to_string(fault_->number);
    if (fault_ && !is_here) return;
    report_ << point << '\t' << call->second.name << '\t' << target_of(task, call->second, info) << '\t'
            << bytes_of(task, call->second, info) << std::endl;
    if (is_here) inject(task, number, call->second, info);
  }

  void count_memory(pid_t task, long number) {
    Process& process = process_of(task);
    const std::string ordinal = std::to_string(process.ordinal);
    ++process.requests;
    if (fault_ && (!fault_->is_of_memory || ordinal != fault_->process || process.requests < fault_->number)) return;
    if (!fault_ || process.requests == fault_->number) {
      report_ << ordinal << ":m" << process.requests << "\tmemory\t\t-" << std::endl;
    }
    if (!fault_) return;
    user_regs_struct registers = begin_return(task).registers;
    if (number == SYS_brk) {
      registers.rdi = 0;  // brk() reports failure by returning the unchanged end of memory
    } else {
      registers.orig_rax = ~0ULL;
      returns_[task].error = ENOMEM;
    }
    ptrace(PTRACE_SETREGS, task, nullptr, &registers);
  }

  Return& begin_return(pid_t task) {
    Return& entry = returns_[task];
    entry = {};
    ptrace(PTRACE_GETREGS, task, nullptr, &entry.registers);
    return entry;
  }

  void inject(pid_t task, long number, const Call& call, const __ptrace_syscall_info& info) {
    Return& back = begin_return(task);
    user_regs_struct registers = back.registers;
    back.is_fatal = fault_->what == "kill-after";
    back.error = fault_->error;
    if (fault_->what == "short") {
      shorten(task, call, info, registers);
    } else if (fault_->what == "kill-before" || (back.error != 0 && number != SYS_close)) {
      registers.orig_rax = ~0ULL;  // no call
    }
    ptrace(PTRACE_SETREGS, task, nullptr, &registers);
    if (fault_->what == "kill-before") kill(task, SIGKILL);
  }

  void shorten(pid_t task, const Call& call, const __ptrace_syscall_info& info, user_regs_struct& registers) {
    const auto half = [](std::uint64_t bytes) { return bytes > 1 ? bytes / 2 : bytes; };
    if (!call.is_vector) {
      (call.count == 2   ? registers.rdx
       : call.count == 3 ? registers.r10
                         : registers.r8) = half(info.entry.args[call.count]);
      return;
    }
    Return& back = returns_[task];
    back.length_at = info.entry.args[1] + sizeof(void*);
    back.length = peek(task, back.length_at);
    registers.rdx = 1;
    ptrace(PTRACE_POKEDATA, task, back.length_at, half(back.length));
  }

  void leave(pid_t task) {
    const auto found = returns_.find(task);
    if (found == returns_.end()) return;
    const Return back = found->second;
    returns_.erase(found);
    if (back.is_fatal) {
      kill(task, SIGKILL);
      return;
    }
    if (back.length_at != 0) ptrace(PTRACE_POKEDATA, task, back.length_at, back.length);
    user_regs_struct registers{};
    ptrace(PTRACE_GETREGS, task, nullptr, &registers);
    registers.rdi = back.registers.rdi;
    registers.rdx = back.registers.rdx;
    registers.r10 = back.registers.r10;
    registers.r8 = back.registers.r8;
    if (back.error != 0) registers.rax = static_cast<unsigned long long>(-back.error);
    ptrace(PTRACE_SETREGS, task, nullptr, &registers);
  }

  std::uint64_t peek(pid_t task, std::uint64_t address) {
    return static_cast<std::uint64_t>(ptrace(PTRACE_PEEKDATA, task, address, nullptr));
  }

  std::string text_at(pid_t task, std::uint64_t address) {
    std::string text(4096, '\0');
    iovec here{text.data(), text.size() - address % 4096};
    iovec there{reinterpret_cast<void*>(address), here.iov_len};
    const ssize_t got = process_vm_readv(task, &here, 1, &there, 1, 0);
    text.resize(got > 0 ? strnlen(text.data(), static_cast<std::size_t>(got)) : 0);
    for (char& c : text) c = c == '\t' || c == '\n' ? ' ' : c;
    return text;
  }

  std::string file_of(pid_t task, std::uint64_t descriptor) {
    std::error_code failure;
    return std::filesystem::read_symlink(
        "/proc/" + std::to_string(task) + "/fd/" + std::to_string(static_cast<int>(descriptor)), failure);
  }

  std::string target_of(pid_t task, const Call& call, const __ptrace_syscall_info& info) {
    const auto* arguments = info.entry.args;
    switch (call.names) {
      case Names::descriptor:
        return file_of(task, arguments[0]);
      case Names::path:
        return text_at(task, arguments[0]);
      case Names::mapping:
        return file_of(task, arguments[4]);
      case Names::path_at: {
        const std::string path = text_at(task, arguments[1]);
        return path.empty() ? file_of(task, arguments[0]) : path;
      }
      case Names::two_paths:
        return text_at(task, arguments[0]) + " -> " + text_at(task, arguments[1]);
      case Names::nothing:
        break;
    }
    return "";
  }

  std::string bytes_of(pid_t task, const Call& call, const __ptrace_syscall_info& info) {
    if (call.count < 0) return "-";
    if (!call.is_vector) return std::to_string(info.entry.args[call.count]);
    std::uint64_t bytes = 0;
    for (std::uint64_t i = 0; i < info.entry.args[2]; ++i) bytes += peek(task, info.entry.args[1] + i * 16 + 8);
    return std::to_string(bytes);
  }

  std::ofstream& report_;
  std::set<std::string> programs_;
  std::optional<Fault> fault_;
  std::map<pid_t, Process> processes_;
  std::map<pid_t, Return> returns_;
  std::set<pid_t> known_;
  bool has_begun_ = false;  ///< since the start of PROGRAM
};

std::set<std::string> split(const std::string& names) {
  std::set<std::string> all;
  std::istringstream text{names};
  for (std::string name; std::getline(text, name, ',');) all.insert(name);
  return all;
}

Fault parse_fault(const std::string& at, const std::string& what) {
  const std::size_t colon = at.find(':');
  Fault fault;
  fault.process = at.substr(0, colon);
  fault.is_of_memory = what == "ENOMEM";
  fault.number = std::stoull(at.substr(colon + (fault.is_of_memory ? 2 : 1)));
  fault.what = what;
  const std::map<std::string, int> errors{{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EINTR", EINTR}};
  if (const auto error = errors.find(what); error != errors.end()) fault.error = error->second;
  return fault;
}

/// Starts the program, which waits to be traced; ends with 77 if tracing is not allowed.
pid_t start(char** words) {
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(77);
    raise(SIGSTOP);
    execv(words[0], words);
    _exit(127);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) fail("waitpid");
  constexpr int kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                           PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (!WIFSTOPPED(status) || ptrace(PTRACE_SETOPTIONS, child, nullptr, kOptions) != 0) std::exit(77);
  return child;
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options;
  int next = 1;
  for (; next + 1 < argc && std::string{argv[next]}.starts_with("--"); next += 2) options[argv[next]] = argv[next + 1];
  if (next >= argc || !options.contains("--report")) {
    std::cerr << "usage: fault_injector [--programs NAMES] [--at POINT --fault FAULT] --report FILE PROGRAM ...\n";
    return 2;
  }
  std::ofstream report{options["--report"]};
  std::optional<Fault> fault;
  if (options.contains("--at")) fault = parse_fault(options["--at"], options["--fault"]);
  std::set<std::string> programs = split(options["--programs"]);
  programs.insert(std::filesystem::path{argv[next]}.filename());
  const pid_t child = start(argv + next);
  Tracer{report, std::move(programs), std::move(fault)}.follow(child);
  return 0;
}
