#include <fmt/format.h>
#include <unistd.h>

#include <sstream>
#include <utility>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/edited_file.hpp"
#include "cli/editor.hpp"
#include "cli/hierarchy_import.hpp"
#include "cli/report.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

struct EditWords {
  std::string path;
  std::optional<std::string> max_removals;
};

void require_terminal(const Streams& streams) {
  if (isatty(streams.in_fd) == 1 && isatty(streams.err_fd) == 1) return;
  throw Error::usage("edit needs a terminal", "in a script use `allot export`, `allot diff` and `allot import`");
}

/// Whether a person can correct the text after an error.
bool is_correctable(ErrorKind kind) {
  return kind == ErrorKind::invalid_input || kind == ErrorKind::refused || kind == ErrorKind::denied ||
         kind == ErrorKind::too_many_removals;
}

/// One use of `edit`: the text from the export to the import.
class Edit {
 public:
  Edit(ImportTarget target, std::string editor, Context& context)
      : target_(std::move(target)),
        context_(context),
        editor_(std::move(editor)),
        exported_(read()),
        file_(context.streams()) {}

  void run() {
    std::string text = exported_;
    file_.write(add_comments(
        text,
        {fmt::format("{} at revision {}, to be imported with --prune", quote(target_.into.to_string()), revision_)},
        {}));
    for (;;) {
      text = edit();
      if (text == exported_) return finish("nothing to change\n");
      try {
        if (!propose(text)) return;
      } catch (const Error& error) {
        if (!is_correctable(error.kind())) throw keep(error);
        print_error(error, false, context_.streams());
        if (ask("edit again? [y]es, [n]o: ", "yn") != 'y') throw keep(error);
        file_.write(comment(text, error));
      }
    }
  }

 private:
  /// Returns the export and notes its revision. The store is closed then: no lock and no connection is held meanwhile.
  std::string read() {
    std::ostringstream out;
    {
      View view{context_.engine()};
      revision_ = view.revision();
      if (context_.if_revision().value_or(revision_) != revision_) {
        throw changed_revision(revision_, *context_.if_revision());
      }
      view.export_hierarchy(target_.into, out);
    }
    context_.close_store();
    return out.str();
  }

  /// Lets the person edit the file and returns its text.
  std::string edit() {
    try {
      run_editor(editor_, file_.name(), context_.streams());
      const std::string saved = file_.read();
      std::string text = remove_comments(saved);
      if (text != saved) file_.write(text);  // so that lines have the numbers of messages
      return text;
    } catch (const Error& error) {
      if (is_edited()) throw keep(error);
      throw;
    }
  }

  /// Whether the file has another text than the export. One that cannot be read counts as edited.
  bool is_edited() const {
    try {
      return remove_comments(file_.read()) != exported_;
    } catch (const Error&) {
      return true;
    }
  }

  /// Shows what the text changes and saves it if the person agrees; returns whether to edit again.
  bool propose(const std::string& text) {
    const Outcome outcome = plan(text);
    if (!outcome.has_changes()) {
      finish("nothing to change\n");
      return false;
    }
    if (context_.is_dry_run()) {
      context_.report(outcome);
      return false;
    }
    Context terminal = context_.on_terminal();
    Outcome shown = outcome;
    shown.is_dry_run = false;  // the report is not the report of a write
    print_differences(shown, terminal);
    const char answer = ask("save these changes? [y]es, [n]o, [e]dit again: ", "yne");
    if (answer == 'e') return true;
    if (answer == 'y') {
      save(text);
    } else if (answer == 'n') {
      context_.err() << "nothing is saved\n";
    } else {
      throw keep(Error::invalid_input("the question was not answered; nothing is saved"));
    }
    return false;
  }

  Outcome plan(const std::string& text) {
    Outcome outcome;
    {
      Write write{context_.engine(), DryRun::yes, SIZE_MAX};
      import(text, write);
      outcome = write.commit();
    }
    context_.close_store();
    return outcome;
  }

  void save(const std::string& text) {
    context_.write([&](Write& write) { import(text, write); });
  }

  void import(const std::string& text, Write& write) {
    write.guard(revision_);
    write.require_current();
    InputFiles files{{OpenInput{file_.name(), std::make_shared<std::istringstream>(text), {}}}};
    require_accepted(target_, run_import(target_, files, write, context_));
  }

  /// Returns one of `answers`, in the order of importance; 0 at the end of the input.
  char ask(const std::string& question, const std::string& answers) {
    std::string line;
    for (;;) {
      context_.err() << question << std::flush;
      if (!std::getline(context_.streams().in, line)) {
        context_.err() << '\n';
        return 0;
      }
      const std::size_t place = answers.find(fold_ascii(line.substr(0, 1)));
      if (!line.empty() && place != std::string::npos) return answers[place];
    }
  }

  static std::string comment(const std::string& text, const Error& error) {
    std::vector<std::string> general{"lines that begin so are removed again"};
    if (error.problems().empty()) {
      general.push_back(error.message());
      for (const Violation& each : error.violations().listed()) general.push_back(each.rule + ": " + each.message);
    } else {
      general.push_back(fmt::format("{}, each named above its line", count_of(error.problems_total(), "error")));
    }
    return add_comments(text, general, error.problems());
  }

  void finish(std::string_view words) {
    if (!context_.is_quiet()) context_.err() << words;
  }

  /// Keeps the text, and returns the error with the name of its file.
  Error keep(const Error& error) {
    file_.keep();
    const std::string kept = fmt::format("the text is kept in {}", quote(file_.name()));
    return error.rephrased(error.message(), error.hint().empty() ? kept : fmt::format("{}; {}", error.hint(), kept));
  }

  ImportTarget target_;
  Context& context_;
  std::string editor_;
  std::int64_t revision_ = 0;
  std::string exported_;
  EditedFile file_;
};

void edit(const EditWords& words, Context& context) {
  ImportTarget target;
  target.into = context.path(words.path);
  target.prune = Prune::yes;
  target.max_removals = parse_removals(words.max_removals);
  context.require_message();
  require_terminal(context.streams());
  std::string editor = find_editor(context.streams());
  if (!target.max_removals) target.max_removals = context.max_removals();
  context.set_via(Via::import);
  context.engine().require_writable();
  Edit{std::move(target), std::move(editor), context}.run();
}

}  // namespace

void setup_edit(const Subcommand& command) {
  auto words = std::make_shared<EditWords>();
  command.argument("PATH", words->path, "The group");
  command.option("--max-removals", "N|P%", words->max_removals, "Fail if more than that is removed");
  command.set_action([words](Context& context) { edit(*words, context); });
}

}  // namespace allot::cli
