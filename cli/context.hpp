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

/// What results are printed as.
enum class Format { table, json, tsv };

/// The global options as they were written.
struct GlobalOptions {
  std::optional<std::string> db;
  std::optional<std::string> config;
  std::optional<std::string> at;
  std::optional<std::string> as;
  std::optional<std::string> if_revision;
  std::optional<std::string> wait;
  std::optional<std::string> format;
  std::string color = "auto";
  bool json = false;
  bool dry_run = false;
  bool quiet = false;
};

/// What a command is given: the streams and how to print on them, the day, and the engine, opened on first use.
class Context {
 public:
  /// Reads the options; throws usage for a value that cannot be. Opens nothing.
  /// `words` are the command line, for the log.
  Context(Streams& streams, const GlobalOptions& options, std::vector<std::string> words = {});

  /// The context of one line of a batch: it shares everything, but it prints on `out`, and what it writes goes into
  /// `write`.
  Context(Context& batch, Write& write, bool quiet, std::ostream& out);

  std::ostream& out() { return *out_; }
  std::ostream& err() { return streams_.err; }
  Streams& streams() { return streams_; }
  const TerminalCapabilities& out_surface() const { return out_surface_; }
  const TerminalCapabilities& err_surface() const { return err_surface_; }
  Format format() const { return format_; }
  bool is_quiet() const { return quiet_; }
  bool is_dry_run() const { return dry_run_ == DryRun::yes; }
  bool is_in_batch() const { return write_ != nullptr; }
  bool is_remote() const { return streams_.caller == Caller::remote; }

  /// The file that a word of the command line names, open for reading, `-` being standard input, or why it cannot be
  /// read. What may have to be waited for is read to its end; in a line of a batch it was before the store was locked.
  /// Throws usage where the caller may name no file, or standard input was taken already.
  OpenInput find_input(const std::string& word);

  /// The same; throws invalid_input where it cannot be read.
  std::shared_ptr<std::istream> open_input(const std::string& word);

  /// Reads what a line of the batch will read, if it may have to be waited for.
  void hold_input(const std::string& word);

  /// The file that a word of the command line names to be written; throws usage where the caller may name none, and
  /// output where it is a file of the store.
  FileName output_file(const std::string& word);

  /// Throws output where the open file `out` or `error` is a file of the store; nothing is printed on it then.
  void require_other_outputs(int out, int error);

  /// The day by which rules are judged, and the day that views show (`--at`).
  Day today() const { return today_; }
  Day shown_day() const { return shown_day_; }

  /// The one who is acted as: `--as` or ALLOT_AS; nothing for full rights.
  const std::optional<std::string>& actor() const { return actor_; }

  /// Says by which way the writes of this command come, for the log.
  void set_via(Via via) { via_ = via; }

  /// The global options as they were written.
  const GlobalOptions& given() const { return given_; }

  /// What the command of a shell, which this is the context of, was given: the store and the one acted as are the
  /// shell's. Throws usage where `said` names others.
  GlobalOptions options_of_command(GlobalOptions specified) const;

  /// The store's file: `--db`, ALLOT_DB, the configuration's `db` or `./allot.db`.
  const std::string& store_path();
  StoreFiles store_files() { return StoreFiles{store_path()}; }

  /// How mail is sent, as the configuration says; throws invalid_input where it does not.
  MailSettings mail_settings();

  /// How long to wait for another process's lock.
  std::chrono::milliseconds wait() const { return wait_; }

  Engine& engine();
  /// Who runs the program and how, for the log.
  Origin origin() const;
  /// Throws usage where `--if-revision` was given to a command that writes nothing.
  void require_no_guard() const;
  /// A view that shows on standard error how far it is, unless what is printed goes to a terminal too.
  std::shared_ptr<View> view();

  /// A view of the store as it was recorded at `point`; throws not_found where the log does not reach so far.
  std::shared_ptr<View> view_as_of(const Point& point);

  /// Lets what is printed be shown page by page, where it is for people at a terminal.
  void use_pager();

  /// Lets `view` show how far it is in any case, but in a batch.
  void show_progress(View& view);

  /// What draws on a terminal; nothing elsewhere, and in a batch, which shows its lines.
  ReportProgress progress();

  /// Where progress is drawn: a terminal that takes nothing at the moment is not waited for.
  std::ostream& progress_stream();

  /// Runs `verbs` as one transaction and reports what it did; in a batch as a part of the batch's. A refusal is thrown
  /// on with the notes that the write made before it.
  void write(const std::function<void(Write&)>& subcommands);

  /// Has `write` refused where the store is not at the revision that `--if-revision` says.
  void guard(Write& write) const {
    if (if_revision_) write.guard(*if_revision_);
  }
  const std::optional<std::int64_t>& if_revision() const { return if_revision_; }

  /// Prints what a write did.
  void report(const Outcome& outcome);

  /// Throws output where what was printed of a write cannot be written, and says whether the write itself was saved.
  void require_printed(const Outcome& outcome);

  /// The write that the lines of a batch are part of.
  Write& batch_write() { return *write_; }

 private:
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
  TerminalCapabilities out_surface_;
  TerminalCapabilities err_surface_;
  std::shared_ptr<Engine> engine_;
  std::optional<Config> read_config_;
  std::optional<std::string> store_path_;
  std::shared_ptr<HeldInputs> held_inputs_ = std::make_shared<HeldInputs>();  // of the lines of a batch
  std::shared_ptr<UnblockedTerminal> progress_stream_;
  Write* write_ = nullptr;
};

/// The day that ALLOT_TODAY names, else the local date; throws usage where it is malformed.
Day today_of(const Streams& streams);

}  // namespace allot::cli
