#include "cli/parser.hpp"

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <utility>

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/text.hpp"
#include "libcore/model/catalogue.hpp"

namespace allot::cli {
namespace {

/// The global options that take a value.
constexpr std::string_view kValueOptions[] = {"--db",   "--config", "--at",          "--as",     "--format",
                                              "--wait", "--color",  "--if-revision", "--message"};

/// Whether a global option takes the next word as its value; `-m` may follow the flags -n and -q, as in `-nm TEXT`.
bool takes_next_word(std::string_view word) {
  if (std::find(std::begin(kValueOptions), std::end(kValueOptions), word) != std::end(kValueOptions)) return true;
  return word.size() > 1 && word.front() == '-' && word.find_first_not_of("nq", 1) == word.size() - 1 &&
         word.back() == 'm';
}

/// Names of subcommands in other programs, and the corresponding subcommands of allot.
constexpr std::pair<std::string_view, std::string_view> kSynonyms[] = {
    {"rm", "remove"},  {"del", "remove"}, {"delete", "remove"}, {"mv", "move"},   {"mv", "rename"},
    {"ls", "list"},    {"new", "add"},    {"create", "add"},    {"edit", "set"},  {"update", "set"},
    {"change", "set"}, {"cat", "show"},   {"get", "show"},      {"info", "show"},
};

/// The subcommand in `known` that `word` is a synonym of, or the nearest match.
std::optional<std::string> find_meant(const std::string& word, const std::vector<std::string>& known) {
  for (const auto& [synonym, subcommand] : kSynonyms) {
    if (word == synonym && std::find(known.begin(), known.end(), subcommand) != known.end())
      return std::string{subcommand};
  }
  return find_nearest(word, known);
}

/// Calls `visit` for `app` and every subcommand below it.
template <typename Visit>
void for_each_app(const CLI::App& app, Visit visit) {
  visit(app);
  for (const CLI::App* sub : app.get_subcommands({})) for_each_app(*sub, visit);
}

/// Adds every long option name of `app` with its dashes.
void add_option_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options({})) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
}

std::string usage_hint(const CLI::App& app) {
  const bool is_program = app.get_parent() == nullptr;
  return is_program ? "`allot -h` lists the commands"
                    : fmt::format("`allot {} -h` prints the usage", command_line_of(app));
}

Error unknown_word(const CLI::App& app, const CLI::App& root, const std::string& marked) {
  std::vector<std::string> known;
  const bool is_option = marked.starts_with('-');
  const std::string word = unmark(marked);
  const std::string name = word.substr(0, word.find('='));
  if (is_option) {
    add_option_names(app, known);
    if (&app != &root) add_option_names(root, known);
  } else {
    for (const CLI::App* sub : app.get_subcommands({})) known.push_back(sub->get_name());
  }
  if (word != marked && !known.empty()) {
    return Error::usage(fmt::format("{} needs its command before \"--\"", command_line_of(app)), usage_hint(app));
  }
  const auto nearest = is_option ? find_nearest(name, known) : find_meant(name, known);
  std::string hint = nearest ? fmt::format("did you mean {}?", *nearest) : usage_hint(app);
  const std::string item = name.starts_with("--") ? name.substr(2) : "";
  const bool is_item = !find_fault_in_item_name(item) && item != "feature";
  if (!nearest && app.get_option_no_throw("--count") != nullptr && is_item) {
    hint = fmt::format("a counted resource of the catalogue is named with --count {}=N", item);
  }
  if (is_option) return Error::usage(fmt::format("unknown option {}", quote(name)), hint);
  const bool needs_command = app.get_require_subcommand_min() > 0;
  if (needs_command && !known.empty())
    return Error::usage(fmt::format("{} has no command {}", command_line_of(app), quote(word)), hint);
  return Error::usage(fmt::format("unexpected argument {}", quote(word)), hint);
}

}  // namespace

std::optional<std::size_t> find_command_word(const std::vector<std::string>& arguments, std::size_t start) {
  for (std::size_t i = start; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (takes_next_word(word)) {
      ++i;
    } else if (word == "--") {
      break;
    } else if (!word.starts_with('-') || word == "-") {
      return i;
    }
  }
  return std::nullopt;
}

std::string_view find_subcommand_name(const std::vector<std::string>& arguments, std::size_t place) {
  const auto subcommand = find_command_word(arguments, place + 1);
  return subcommand ? std::string_view{arguments[*subcommand]} : std::string_view{};
}

std::vector<std::string> prepare_words(const CLI::App& root, std::vector<std::string> arguments) {
  std::set<std::string> with_value;
  for_each_app(root, [&](const CLI::App& app) {
    for (const CLI::Option* option : app.get_options({})) {
      if (option->get_expected_min() == 0 || option->get_positional()) continue;
      for (const std::string& name : option->get_lnames()) with_value.insert("--" + name);
    }
  });
  std::vector<std::string> prepared;
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  for (auto word = arguments.begin(); word != end; ++word) {
    const bool takes_next = with_value.contains(*word) && word + 1 != end;
    if (takes_next && (word + 1)->size() > 1 && (word + 1)->starts_with('-')) {
      prepared.push_back(*word + "=" + *(word + 1));
      ++word;
    } else if (word->ends_with('=') && with_value.contains(word->substr(0, word->size() - 1))) {
      prepared.push_back(word->substr(0, word->size() - 1));
      prepared.emplace_back();
    } else {
      prepared.push_back(std::move(*word));
    }
  }
  if (end != arguments.end()) {
    std::for_each(end + 1, arguments.end(), [&](const std::string& word) { prepared.push_back(kArgumentMark + word); });
  }
  return prepared;
}

std::string unmark(std::string word) {
  if (word.starts_with(kArgumentMark)) word.erase(0, 1);
  return word;
}

Parser::Parser(std::string_view name, std::string_view subcommand, Caller caller, Globals globals)
    : root_(std::make_unique<CLI::App>("", "allot")), named_subcommand_(subcommand) {
  root_->fallthrough();
  root_->allow_extras();
  root_->require_subcommand(1);
  if (globals == Globals::taken) add_global_options(caller);
  const Command* const command = find_command(name);
  if (command == nullptr) return;
  command_ = root_->add_subcommand(std::string{command->name}, std::string{command->help});
  command->setup(Subcommand{*this, *command_});
}

void Parser::add_global_options(Caller caller) {
  const std::string group = "Global options";
  // Not allowed for a remote caller: parsed, so that the error can say so, but not shown in help.
  const std::string local = caller == Caller::local ? group : "";
  root_->add_option("--db", globals_.db, "The store (ALLOT_DB; ./allot.db)")->option_text("FILE")->group(local);
  root_->add_option("--config", globals_.config, "The configuration file (ALLOT_CONFIG)")
      ->option_text("FILE")
      ->group(local);
  root_->add_option("--at", globals_.at, "Show the state on DATE")->option_text("DATE")->group(group);
  root_->add_option("--as", globals_.as, "Act as this administrator (ALLOT_AS)")->option_text("EMAIL")->group(local);
  root_->add_option("--format", globals_.format, "table, json or tsv; csv for lists")
      ->option_text("FORMAT")
      ->group(group);
  root_->add_flag("--json", globals_.json, "The same as --format json")->group(group);
  root_->add_flag("-n,--dry-run", globals_.dry_run, "Show what would change without saving")->group(group);
  root_->add_option("--wait", globals_.wait, "Time to wait for a locked store (10)")
      ->option_text("SECONDS")
      ->group(group);
  root_->add_option("--if-revision", globals_.if_revision, "Write only if the store is at revision N")
      ->option_text("N")
      ->group(group);
  root_->add_option("-m,--message", globals_.message, "The reason for a write, for the log")
      ->option_text("TEXT")
      ->group(group);
  root_->add_flag("-q,--quiet", globals_.quiet, "Do not print the summary of a write")->group(group);
  root_->add_option("--color", globals_.color, "auto, always or never")->option_text("WHEN")->group(group);
}

Parser::~Parser() = default;

void Parser::set_action(CLI::App& app, Action run) {
  app.callback([this, &app, run = std::move(run)] {
    if (app.get_subcommands().empty()) action_ = run;
  });
}

CLI::App& Parser::chosen() {
  CLI::App* app = root_.get();
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return *app;
}

void Parser::require_known_words() {
  const CLI::App& app = chosen();
  const std::vector<std::string> extras = root_->remaining(true);
  if (!extras.empty()) throw unknown_word(app, *root_, extras.front());
  // CLI11 passes arguments that the subcommand does not take to its command, which also runs without a subcommand.
  const CLI::App* const parent = app.get_parent();
  if (parent == nullptr || parent == root_.get()) return;
  for (const CLI::Option* option : parent->get_options({})) {
    if (option->count() == 0) continue;
    const std::string word = option->get_positional() ? unmark(option->results().front()) : option->get_name();
    throw Error::usage(fmt::format("unexpected argument {}", quote(word)), usage_hint(app));
  }
}

const CLI::App& Parser::get_subcommand(const std::string& name) const {
  const CLI::App& command = command_ == nullptr ? *root_ : *command_;
  const auto subcommands =
      command.get_subcommands([&](const CLI::App* subcommand) { return subcommand->get_name() == name; });
  if (subcommands.empty()) throw unknown_word(command, *root_, name);
  return *subcommands.front();
}

void Parser::require_known_option(const std::string& word) {
  if (root_->get_option_no_throw(word.substr(0, word.find('='))) == nullptr) throw unknown_word(*root_, *root_, word);
}

void Parser::explain(const std::exception& failure, const std::string& kind) {
  require_known_words();
  const CLI::App& app = chosen();
  const std::string hint = usage_hint(app);
  if (kind == "RequiredError" && !app.get_subcommands({}).empty()) {
    throw Error::usage(fmt::format("{} needs a command: {}", command_line_of(app), list_subcommands(app)), hint);
  }
  throw Error::usage(explain_parse_error(kind, failure.what()), hint);
}

Action Parser::parse(std::vector<std::string> arguments) {
  if (std::exchange(was_used_, true)) {
    for (const auto& forget : forgets_) forget();
    globals_ = {};
  }
  arguments = prepare_words(*root_, std::move(arguments));
  std::reverse(arguments.begin(), arguments.end());
  try {
    root_->parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    const std::string text = help_of(chosen(), *root_);
    return [text](Context& context) {
      context.out() << text;
      return 0;
    };
  } catch (const CLI::ParseError& failure) {
    explain(failure, failure.get_name());
  }
  require_known_words();
  if (globals_.at && !at_apps_.contains(&chosen())) {
    throw Error::usage(fmt::format("{} does not take --at", command_line_of(chosen())),
                       "state, entitlements, report, metrics, user list, user show, license list and license show do");
  }
  if (globals_.format == "csv" && !csv_apps_.contains(&chosen())) {
    throw Error::usage(fmt::format("{} prints no csv", command_line_of(chosen())),
                       "lists do: group list, license list, user list, state -r and find");
  }
  return action_;
}

std::vector<std::string> Parser::find_inputs() const {
  std::vector<std::string> found;
  for (const CLI::Option* option : inputs_) {
    for (const std::string& value : option->results()) found.push_back(unmark(value));
  }
  return found;
}

std::optional<std::string> Parser::find_global_option() const {
  for (const CLI::Option* option : root_->get_options({})) {
    if (option->count() > 0 && option->get_name() != "--quiet") return option->get_name();
  }
  return std::nullopt;
}

}  // namespace allot::cli
