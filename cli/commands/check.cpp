#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/output/tsv.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

Json json_of_report(const CheckReport& report) {
  Json json{{"ok", report.total == 0},          {"groups", report.size.groups},
            {"licenses", report.size.licenses}, {"memberships", report.size.memberships},
            {"faults", Json::array()},          {"total", report.total},
            {"journal_mode", nullptr}};
  if (!report.journal_mode.empty()) json["journal_mode"] = report.journal_mode;
  for (const Fault& fault : report.faults) {
    json["faults"].push_back({{"what", fault.what},
                              {"group", fault.group.empty() ? Json(nullptr) : Json(fault.group)},
                              {"message", fault.message}});
  }
  return json;
}

void print_report(const CheckReport& report, Context& context) {
  std::ostream& out = context.out();
  for (const Fault& fault : report.faults) {
    out << fault.what << ": " << escape_for_terminal(fault.group) << (fault.group.empty() ? "" : ": ")
        << escape_for_terminal(fault.message) << '\n';
  }
  if (report.total > report.faults.size()) out << fmt::format("and {} more\n", report.total - report.faults.size());
  const std::string size = fmt::format("{}, {}, {}", count_of(static_cast<std::size_t>(report.size.groups), "group"),
                                       count_of(static_cast<std::size_t>(report.size.licenses), "license"),
                                       count_of(static_cast<std::size_t>(report.size.memberships), "membership"));
  if (report.total > 0) {
    out << count_of(report.total, "fault") << " in " << size << '\n';
  } else if (!context.is_quiet()) {
    out << "whole and valid on " << context.today().to_string() << ": " << size << '\n';
  }
  if (context.is_quiet()) return;
  if (!report.journal_mode.empty()) out << "the journal mode is " << report.journal_mode << '\n';
}

CheckReport run_check(Context& context) {
  const auto view = context.view();
  context.show_progress(*view);
  return view->check();
}

int check(Context& context) {
  const CheckReport report = run_check(context);
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_report(report), 2) << '\n';
  } else if (context.format() == Format::tsv) {
    TsvWriter writer{context.out()};
    for (const Fault& fault : report.faults) writer.write({fault.what, fault.group, fault.message});
  } else {
    print_report(report, context);
  }
  return static_cast<int>(report.total == 0 ? ExitCode::done : ExitCode::found);
}

}  // namespace

void setup_check(const Subcommand& command) { command.set_status_action(check); }

}  // namespace allot::cli
