#include <fmt/format.h>

#include <deque>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/line_runner.hpp"
#include "cli/output/progress.hpp"
#include "cli/subcommand.hpp"

namespace allot::cli {
namespace {

/// The output of the lines of a batch: printed at once or, in JSON, collected into one value with the outcome.
class LineOutput {
 public:
  explicit LineOutput(Context& context) : context_(context), is_json_(context.format() == Format::json) {}

  std::ostream& stream() { return is_json_ ? text_ : context_.out(); }

  /// Stores the output of line `number`.
  void end_line(std::size_t number) {
    const std::string text = std::exchange(text_, std::ostringstream{}).str();
    if (text.empty()) return;
    Json result = Json::parse(text, nullptr, false);
    if (result.is_discarded()) result = text;
    results_.push_back({{"line", number}, {"result", std::move(result)}});
  }

  void finish(const Outcome& outcome) {
    if (!is_json_) return context_.report(outcome);
    Json json = json_of_outcome(outcome);
    json["results"] = std::move(results_);
    context_.out() << to_text(json, 2) << '\n';
    context_.require_printed(outcome);
  }

  /// Reports that line `number` ended the batch with `status` without an error.
  void stop(std::size_t number, int status) {
    if (!is_json_) {
      context_.err() << fmt::format("allot: line {}: exit status {}; nothing is saved\n", number, status);
      return;
    }
    const Json json{{"results", std::move(results_)}, {"stopped", {{"line", number}, {"exit", status}}}};
    context_.out() << to_text(json, 2) << '\n';
  }

 private:
  Context& context_;
  bool is_json_;
  std::ostringstream text_;
  Json results_ = Json::array();
};

/// A line of a batch as words, or the reason why it cannot be split.
struct Line {
  std::vector<std::string> words;
  std::optional<Error> fault;
};

/// Reads the lines of a batch and announces many of them together, so that a store on a server reads what they need in
/// one round trip.
class LineReader {
 public:
  LineReader(std::istream& lines, LineRunner& runner) : lines_(lines), runner_(runner) {}

  /// Returns the next line, or nothing at the end.
  std::optional<Line> next() {
    if (ahead_.empty()) read_ahead();
    if (ahead_.empty()) return std::nullopt;
    Line line = std::move(ahead_.front());
    ahead_.pop_front();
    return line;
  }

 private:
  static constexpr std::size_t kAnnounced = 256;

  void read_ahead() {
    std::string text;
    while (ahead_.size() < kAnnounced && std::getline(lines_, text)) {
      Line& line = ahead_.emplace_back();
      try {
        line.words = runner_.split(text);
      } catch (const Error& error) {
        line.fault = error;
      }
      runner_.announce(line.words);
    }
    if (lines_.bad()) throw Error::invalid_input("the batch cannot be read to its end");
  }

  std::istream& lines_;
  LineRunner& runner_;
  std::deque<Line> ahead_;
};

/// Runs one line of the batch. Errors name the line, except `changed` (the store has changed): no line causes that.
int run_line(const Line& line, std::size_t number, LineRunner& runner, Write& write, LineOutput& output) {
  try {
    if (line.fault) throw *line.fault;
    const int status = line.words.empty() ? 0 : runner.run(line.words, write, output.stream());
    output.end_line(number);
    return status;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::changed) throw;
    throw error.at(fmt::format("line {}", number));
  }
}

/// Reads the inputs of the lines that may block, before the store is locked.
void hold_inputs(std::istream& lines, LineRunner& runner, Context& context) {
  const std::istream::pos_type start = lines.tellg();
  std::string line;
  while (std::getline(lines, line)) {
    for (const std::string& word : runner.find_inputs(line)) context.hold_input(word);
  }
  if (lines.bad()) throw Error::invalid_input("the batch cannot be read to its end");
  lines.clear();
  lines.seekg(start);
}

/// The result of a batch: the outcome of its write, or the line that returned a non-zero exit status.
struct BatchResult {
  std::optional<Outcome> outcome;
  std::size_t line = 0;
  int status = 0;
};

struct BatchOptions {
  std::optional<std::string> file;
  std::optional<std::string> max_removals;
};

BatchResult run_lines(std::istream& lines, const std::optional<RemovalLimit>& max_removals, LineRunner& runner,
                      LineOutput& output, Context& context) {
  Write write{context.engine(), context.is_dry_run() ? DryRun::yes : DryRun::no};
  context.guard(write);
  if (max_removals) write.limit_removals(*max_removals);
  Progress progress{context.progress_stream(), context.err_capabilities(), "lines"};
  LineReader reader{lines, runner};
  std::size_t number = 0;
  while (const auto line = reader.next()) {
    const int status = run_line(*line, ++number, runner, write, output);
    if (status != 0) return {std::nullopt, number, status};
    progress.advance(number);
  }
  return {write.commit()};
}

int batch(const BatchOptions& options, Context& context) {
  const auto max_removals = parse_removals(options.max_removals);
  context.set_via(Via::batch);
  context.require_message();
  context.engine().require_writable();
  const std::shared_ptr<std::istream> lines = context.open_input(options.file.value_or("-"));
  LineRunner runner{context};
  if (!context.is_remote()) hold_inputs(*lines, runner, context);
  LineOutput output{context};
  const BatchResult ending = run_lines(*lines, max_removals, runner, output, context);
  if (ending.outcome) {
    output.finish(*ending.outcome);
  } else {
    output.stop(ending.line, ending.status);
  }
  return ending.status;
}

}  // namespace

void setup_batch(const Subcommand& command) {
  auto options = std::make_shared<BatchOptions>();
  command.argument("FILE", options->file, "The commands, one per line (standard input)");
  command.option("--max-removals", "N|P%", options->max_removals, "Fail if more than that is removed");
  command.set_status_action([options](Context& context) { return batch(*options, context); });
}

}  // namespace allot::cli
