#include "cli/context.hpp"

#include <fmt/format.h>

#include "cli/inputs.hpp"
#include "cli/origin.hpp"
#include "cli/output/pager.hpp"
#include "cli/output/step_progress.hpp"
#include "cli/report.hpp"
#include "cli/values.hpp"
#include "libcore/base/text.hpp"
#include "libcore/storage/location.hpp"
#include "libcore/storage/server_location.hpp"

namespace allot::cli {
namespace {

constexpr std::int64_t kLongestWait = 86400;
constexpr std::int64_t kNewestRevision = INT64_MAX;
constexpr const char* kUsualStore = "allot.db";
constexpr const char* kOtherFile = "name another file";

Error no_file(const std::string& word) {
  return Error::usage(fmt::format("the file {} cannot be named here", quote(word)),
                      "- reads the standard input; an export goes to the standard output");
}

Format parse_format(const GlobalOptions& options) {
  const std::string format = options.format.value_or(options.json ? "json" : "table");
  if (options.json && format != "json") throw Error::usage("--json and --format contradict each other");
  if (format == "json") return Format::json;
  if (format == "tsv") return Format::tsv;
  if (format == "csv") return Format::csv;
  if (format == "table") return Format::table;
  throw Error::usage(fmt::format("the format {} is not one of table, json, tsv, csv", quote(format)));
}

const char* word_for(Format format) {
  switch (format) {
    case Format::json:
      return "json";
    case Format::tsv:
      return "tsv";
    case Format::csv:
      return "csv";
    case Format::table:
      break;
  }
  return "table";
}

ColourMode parse_colour(const std::string& text) {
  if (text == "auto") return ColourMode::automatic;
  if (text == "always") return ColourMode::always;
  if (text == "never") return ColourMode::never;
  throw Error::usage(fmt::format("the value {} of --color is not one of auto, always, never", quote(text)));
}

TerminalEnvironment terminal_environment(const Streams& streams) {
  const auto value = [&](const char* name) { return streams.find_variable(name).value_or(""); };
  return {value("NO_COLOR"), value("TERM"), value("COLUMNS")};
}

/// The actor; throws usage if the value is not an e-mail.
std::optional<std::string> parse_actor(const Streams& streams, const GlobalOptions& options) {
  if (options.as) return parse_email(*options.as);
  const auto actor = streams.find_variable("ALLOT_AS");
  if (!actor || actor->empty()) return std::nullopt;
  return parse_email(*actor);
}

/// Whether an error depends on the content of the store, so that `changed` takes precedence over it.
bool is_of_what_is_there(ErrorKind kind) {
  return kind == ErrorKind::refused || kind == ErrorKind::exists || kind == ErrorKind::not_empty ||
         kind == ErrorKind::in_use || kind == ErrorKind::too_many_removals;
}

void run_subcommands(const std::function<void(Write&)>& subcommands, Write& write) {
  const auto noted = static_cast<std::ptrdiff_t>(write.notes().size());
  try {
    subcommands(write);
  } catch (const Error& error) {
    if (is_of_what_is_there(error.kind())) write.require_current();
    if (error.kind() != ErrorKind::refused) throw;
    throw error.with_notes({write.notes().begin() + noted, write.notes().end()});
  }
}

}  // namespace

Day today_of(const Streams& streams) {
  const auto text = streams.find_variable("ALLOT_TODAY");
  return text && !text->empty() ? parse_day(*text, "ALLOT_TODAY") : streams.local_day();
}

Context::Context(Streams& streams, const GlobalOptions& options, std::vector<std::string> words)
    : streams_(streams),
      out_(&streams.out),
      given_(options),
      db_(options.db),
      config_(options.config),
      format_(parse_format(options)),
      quiet_(options.quiet),
      dry_run_(options.dry_run ? DryRun::yes : DryRun::no),
      today_(today_of(streams)),
      shown_day_(options.at ? parse_day(*options.at, "--at") : today_),
      actor_(parse_actor(streams, options)),
      words_(std::move(words)) {
  if (options.message) parse_message(*options.message);
  if (options.wait) wait_ = std::chrono::seconds{parse_whole(*options.wait, "--wait", 0, kLongestWait)};
  if (options.if_revision) if_revision_ = parse_whole(*options.if_revision, "--if-revision", 0, kNewestRevision);
  const ColourMode colour = parse_colour(options.color);
  out_capabilities_ = surface_of(streams.out_fd, colour, terminal_environment(streams));
  err_capabilities_ = surface_of(streams.err_fd, colour, terminal_environment(streams));
}

Context::Context(Context& batch, Write& write, bool quiet, std::ostream& out) : Context(batch) {
  out_ = &out;
  write_ = &write;
  quiet_ = quiet || batch.quiet_;
}

Context Context::on_terminal() {
  Context shown{*this};
  shown.out_ = &streams_.err;
  shown.out_capabilities_ = err_capabilities_;
  shown.format_ = Format::table;
  return shown;
}

OpenInput Context::find_input(const std::string& word) {
  if (auto held = held_inputs_->take(word)) return std::move(*held);
  if (is_remote() && word != "-") throw no_file(word);
  if (is_in_batch() && word != "-" && may_wait(word, streams_)) return {word, nullptr, "is not a plain file"};
  use_server_program();
  return cli::open_input(word, streams_, store_files());
}

std::shared_ptr<std::istream> Context::open_input(const std::string& word) {
  OpenInput input = find_input(word);
  if (input.fault.empty()) return std::move(input.stream);
  throw Error::invalid_input(fmt::format("{} {}", word == "-" ? input.name : quote(word), input.fault));
}

void Context::hold_input(const std::string& word) {
  const bool is_taken = word == "-" && streams_.is_input_taken;
  if (!is_taken && may_wait(word, streams_)) held_inputs_->add(word, find_input(word));
}

FileName Context::output_file(const std::string& word) {
  if (is_remote()) throw no_file(word);
  if (const auto found = store_files().find_for_writing(word)) {
    throw Error::output(fmt::format("{} is {}", quote(word), *found), kOtherFile);
  }
  return FileName{word};
}

void Context::require_other_outputs(int out, int error) {
  for (const int file : {error, out}) {
    const auto found = is_regular(file) ? store_files().find_open(file) : std::nullopt;
    if (!found) continue;
    if (file == error) streams_.err.setstate(std::ios::badbit);
    throw Error::output(fmt::format("the standard {} is {}", file == error ? "error" : "output", *found), kOtherFile);
  }
}

GlobalOptions Context::options_of_command(GlobalOptions specified) const {
  for (const auto& [name, value] :
       {std::pair{"--db", &specified.db}, {"--config", &specified.config}, {"--as", &specified.as}}) {
    if (*value) throw Error::usage(fmt::format("{} cannot be given here", name), "it is set for this account");
  }
  specified.db = db_;
  specified.config = config_;
  specified.as = actor_;
  specified.dry_run |= is_dry_run();
  specified.quiet |= quiet_;
  if (!specified.wait) specified.wait = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(wait_).count());
  if (!specified.format && !specified.json) specified.format = word_for(format_);
  return specified;
}

std::optional<std::string> Context::named_store() const {
  if (db_) return db_;
  const auto path = streams_.find_variable("ALLOT_DB");
  return path && !path->empty() ? path : std::nullopt;
}

const std::string& Context::store_path() {
  if (store_path_) return *store_path_;
  std::string path = named_store().value_or("");
  if (path.empty() && !named_store()) path = config().db.value_or(kUsualStore);
  if (is_server_location(path)) require_server_location(path);
  return store_path_.emplace(std::move(path));
}

void Context::use_server_program() {
  if (!is_server_location(store_path()) || has_server_stores()) return;
  if (streams_.run_server_program) streams_.run_server_program(streams_);
}

/// The configuration, which must not be a file of the store. A configuration that names the store is compared with
/// that store after it is read and before the store is opened.
const Config& Context::config() {
  if (read_config_) return *read_config_;
  const auto named = named_store();
  try {
    read_config_ = read_config(streams_, config_, StoreFiles{named.value_or(kUsualStore)});
    if (!named && read_config_->db) require_other_file(*read_config_->file, StoreFiles{*read_config_->db});
  } catch (const Error&) {
    if (!is_remote()) throw;
    throw Error::store("the store cannot be used", "inform the administrator of the store");
  }
  return *read_config_;
}

MailSettings Context::mail_settings() {
  if (config().mail) return *config().mail;
  throw Error::invalid_input(
      config().file ? fmt::format("the configuration {} does not say how mail is sent", quote(*config().file))
                    : "no configuration says how mail is sent",
      "it takes mail: {from: EMAIL, transport: smtp://HOST:PORT}; see allot-remind(1)");
}

Language Context::language() { return config().language; }

Engine& Context::engine() {
  use_server_program();
  if (!engine_) engine_ = std::make_shared<Engine>(open_store(store_path(), wait_), today_, actor_, origin());
  return *engine_;
}

Origin Context::origin() const {
  return {find_login(), is_remote() ? Via::shell : via_, join_words(without_message(words_, given_.message)),
          streams_.now, given_.message};
}

void Context::require_message() {
  if (given_.message || is_in_batch() || !config().require_message) return;
  throw Error::usage("a message is missing: the configuration requires one for every write", "say why with -m TEXT");
}

void Context::require_no_message(std::string_view reason) const {
  if (!given_.message || is_in_batch()) return;
  throw Error::usage(fmt::format("--message is stored in the log, and {}", reason));
}

void Context::require_no_guard() const {
  require_no_message("this command writes nothing");
  if (!if_revision_ || write_ != nullptr) return;
  throw Error::usage("--if-revision guards a write, and this command writes nothing", "`allot log` shows revisions");
}

Path Context::path(const std::optional<std::string>& word) {
  expected_paths_.push_back(parse_path(word));
  return expected_paths_.back();
}

std::string Context::email(const std::string& word) {
  expected_users_.push_back(parse_email(word));
  return expected_users_.back();
}

void Context::announce() {
  for (const Path& path : std::exchange(expected_paths_, {})) engine().expect_path(path);
  for (const std::string& email : std::exchange(expected_users_, {})) engine().expect_user(email);
}

std::shared_ptr<View> Context::view() {
  require_no_guard();
  use_pager();
  announce();
  auto view = std::make_shared<View>(engine());
  if (!out_capabilities_.is_terminal) show_progress(*view);
  return view;
}

std::shared_ptr<View> Context::view_as_of(const Point& point) {
  if (is_in_batch()) throw Error::usage("--as-of cannot stand in a line of a batch, which is not recorded yet");
  auto shown = view();
  point.revision ? shown->show_revision(*point.revision) : shown->show_moment(*point.moment);
  return shown;
}

void Context::use_pager() {
  if (!out_capabilities_.is_terminal || format_ != Format::table || is_in_batch()) return;
  std::string command = "less -FRX";
  for (const char* const name : {"PAGER", "ALLOT_PAGER"}) {
    if (const auto pager = streams_.find_variable(name)) command = *pager;
  }
  if (command != "cat" && can_run(command, streams_.find_variable("PATH").value_or(""))) streams_.pager = command;
}

void Context::show_progress(View& view) { view.on_progress(progress()); }

std::ostream& Context::progress_stream() {
  if (!progress_stream_) progress_stream_ = std::make_shared<UnblockedTerminal>(streams_.err_fd);
  return *progress_stream_;
}

ReportProgress Context::progress() {
  if (!err_capabilities_.is_terminal || is_in_batch()) return {};
  auto progress = std::make_shared<StepProgress>(progress_stream(), err_capabilities_);
  return [stream = progress_stream_, progress](std::string_view step, std::uint64_t done, std::uint64_t total) {
    progress->report(step, done, total);
  };
}

void Context::write(const std::function<void(Write&)>& subcommands) { write(WriteScope::everything(), subcommands); }

void Context::write(const WriteScope& scope, const std::function<void(Write&)>& subcommands) {
  require_message();
  announce();
  if (write_ != nullptr) {
    run_subcommands(subcommands, *write_);
    return;
  }
  report([&] {
    // A guarded write is judged by the newest revision of all, which no other write may change meanwhile.
    engine().expect_write(if_revision_ ? WriteScope::everything() : scope);
    Write write{engine(), dry_run_, is_dry_run() ? SIZE_MAX : kFewChanges};
    write.on_progress(progress());
    guard(write);
    run_subcommands(subcommands, write);
    return write.commit();
  }());
}

void Context::report(const Outcome& outcome) {
  print_outcome(outcome, *this);
  require_printed(outcome);
}

void Context::require_printed(const Outcome& outcome) {
  out().flush();
  const bool is_saved = !outcome.is_dry_run && outcome.has_changes();
  if (out() || !is_saved) return;
  const Error fault = streams_.output_fault.value_or(Error::output("the output could not be written"));
  throw Error::output(fmt::format("{}, but the change was saved as revision {}", fault.message(), outcome.revision),
                      fault.hint());
}

}  // namespace allot::cli
