#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/config.hpp"
#include "cli/file_name.hpp"
#include "cli/inputs.hpp"
#include "cli/mail_settings.hpp"
#include "cli/output/unblocked_terminal.hpp"
#include "cli/store_files.hpp"
#include "cli/streams.hpp"
#include "cli/values.hpp"
#include "libcore/edit/write.hpp"
#include "libcore/import/import.hpp"
#include "libcore/query/view.hpp"

namespace allot::cli {

/// The output format of results.
enum class Format { table, json, tsv, csv };

/// The global options as they were written.
struct GlobalOptions {
  std::optional<std::string> db;
  std::optional<std::string> config;
  std::optional<std::string> at;
  std::optional<std::string> as;
  std::optional<std::string> if_revision;
  std::optional<std::string> message;
  std::optional<std::string> wait;
  std::optional<std::string> format;
  std::string color = "auto";
  bool json = false;
  bool dry_run = false;
  bool quiet = false;
};

/// The context of a command: the streams and the output format, the day, and the engine, opened on first use.
class Context {
 public:
  /// Parses the options; throws usage for an invalid value. Opens no file.
  /// `words` is the command line for the log.
  Context(Streams& streams, const GlobalOptions& options, std::vector<std::string> words = {});

  /// The context of one line of a batch. It shares the state of `batch`, but prints on `out` and writes into `write`.
  Context(Context& batch, Write& write, bool quiet, std::ostream& out);

  std::ostream& out() { return *out_; }
  std::ostream& err() { return streams_.err; }
  Streams& streams() { return streams_; }
  const TerminalCapabilities& out_capabilities() const { return out_capabilities_; }
  const TerminalCapabilities& err_capabilities() const { return err_capabilities_; }
  Format format() const { return format_; }
  bool is_quiet() const { return quiet_; }
  bool is_dry_run() const { return dry_run_ == DryRun::yes; }
  bool is_in_batch() const { return write_ != nullptr; }
  bool is_remote() const { return streams_.caller == Caller::remote; }

  /// Opens the file that an argument names for reading (`-` is standard input), or returns why it cannot be read. A
  /// file that may block is read to its end; in a batch it was read before the store was locked. Throws usage if the
  /// caller may not name files, or if standard input is already in use.
  OpenInput find_input(const std::string& word);

  /// The same; throws invalid_input if the file cannot be read.
  std::shared_ptr<std::istream> open_input(const std::string& word);

  /// Reads in advance an input of a line of the batch that may block.
  void hold_input(const std::string& word);

  /// The output file that an argument names. Throws usage if the caller may not name files, and output if the file is a
  /// file of the store.
  FileName output_file(const std::string& word);

  /// Throws output if the open file `out` or `error` is a file of the store; then nothing is printed on it.
  void require_other_outputs(int out, int error);

  /// The day on which rules are checked, and the day that views show (`--at`).
  Day today() const { return today_; }
  Day shown_day() const { return shown_day_; }

  /// The actor from `--as` or ALLOT_AS; nullopt for full rights.
  const std::optional<std::string>& actor() const { return actor_; }

  /// Sets the origin of the writes of this command for the log.
  void set_via(Via via) { via_ = via; }

  /// The global options as they were written.
  const GlobalOptions& given() const { return given_; }

  /// The options of a command of the shell that has this context. The store and the actor are those of the shell.
  /// Throws usage if `specified` names others.
  GlobalOptions options_of_command(GlobalOptions specified) const;

  /// The location of the store, a file or a URL: `--db`, ALLOT_DB, `db` of the configuration or `./allot.db`. Throws
  /// usage if the URL is not valid.
  const std::string& store_path();

  /// Continues in the program for stores on servers, if the store is on one and this program does not know them. Throws
  /// store if that program cannot be started. To be called before standard input is read and the store is used.
  void use_server_program();
  StoreFiles store_files() { return StoreFiles{store_path()}; }

  /// The mail settings of the configuration; throws invalid_input if they are missing.
  MailSettings mail_settings();

  /// The language of mails to recipients for whom neither a membership nor a group has one.
  Language language();

  /// The ceiling of removals of the configuration; a remote caller does not learn what is wrong with that.
  std::optional<RemovalLimit> max_removals() { return config().max_removals; }

  /// The time to wait for a lock of another process.
  std::chrono::milliseconds wait() const { return wait_; }

  Engine& engine();
  /// Closes the store until the engine is used again, so that nothing is held while a person is waited for.
  void close_store() { engine_.reset(); }
  /// A context that prints tables on standard error, for what a command that asks shows in between.
  Context on_terminal();
  /// The login, command line and interface of the caller, for the log.
  Origin origin() const;
  /// Throws usage if `--if-revision` or `--message` is set for a command that writes nothing.
  void require_no_guard() const;
  /// Throws usage if `--message` is set for a command whose write has no entry in the log.
  void require_no_message(std::string_view reason) const;
  /// Throws usage if the configuration requires a message and there is none. To be called before the store is used.
  void require_message();
  /// A view that shows its progress on standard error, unless standard output is a terminal too.
  std::shared_ptr<View> view();

  /// Parse the path of a group and the e-mail of a user that the command reads, and announce them to the store.
  Path path(const std::optional<std::string>& word);
  void announce(const Path& path) { expected_paths_.push_back(path); }
  std::string email(const std::string& word);

  /// A view of the store as recorded at `point`; throws not_found if the log does not reach back to `point`.
  std::shared_ptr<View> view_as_of(const Point& point);

  /// Uses a pager if the output is a table on a terminal.
  void use_pager();

  /// Makes `view` show its progress, except in a batch.
  void show_progress(View& view);

  /// The progress function for a terminal; empty otherwise and in a batch, which shows the progress of its lines.
  ReportProgress progress();

  /// The stream for progress. It does not wait for a terminal that accepts no output.
  std::ostream& progress_stream();

  /// Runs `subcommands` as one transaction and reports the outcome; in a batch, as a part of the transaction of the
  /// batch. A refusal is rethrown with the notes of the write up to that point.
  void write(const std::function<void(Write&)>& subcommands);
  /// Does the same for subcommands that judge and change no more than `scope`.
  void write(const WriteScope& scope, const std::function<void(Write&)>& subcommands);

  /// Makes `write` fail if the store is not at the revision of `--if-revision`.
  void guard(Write& write) const {
    if (if_revision_) write.guard(*if_revision_);
  }
  const std::optional<std::int64_t>& if_revision() const { return if_revision_; }

  /// Prints the outcome of a write.
  void report(const Outcome& outcome);

  /// Throws output if the report of a write cannot be written; the message states whether the write was saved.
  void require_printed(const Outcome& outcome);

  /// The write that contains the lines of a batch.
  Write& batch_write() { return *write_; }

 private:
  void announce();
  const Config& config();
  std::optional<std::string> named_store() const;

  Streams& streams_;
  std::ostream* out_;
  GlobalOptions given_;
  std::optional<std::string> db_;
  std::optional<std::string> config_;
  std::chrono::milliseconds wait_ = kDefaultWait;
  Format format_ = Format::table;
  bool quiet_ = false;
  DryRun dry_run_ = DryRun::no;
  Day today_;
  Day shown_day_;
  std::optional<std::string> actor_;
  std::optional<std::int64_t> if_revision_;
  std::vector<std::string> words_;
  Via via_ = Via::command;
  TerminalCapabilities out_capabilities_;
  TerminalCapabilities err_capabilities_;
  std::vector<Path> expected_paths_;  // to be announced to the store
  std::vector<std::string> expected_users_;
  std::shared_ptr<Engine> engine_;
  std::optional<Config> read_config_;
  std::optional<std::string> store_path_;
  std::shared_ptr<HeldInputs> held_inputs_ = std::make_shared<HeldInputs>();  // inputs of the lines of a batch
  std::shared_ptr<UnblockedTerminal> progress_stream_;
  Write* write_ = nullptr;
};

/// The day in ALLOT_TODAY, else the local date; throws usage if ALLOT_TODAY is malformed.
Day today_of(const Streams& streams);

}  // namespace allot::cli
