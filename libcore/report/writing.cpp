#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "libcore/report/facts.hpp"
#include "libcore/report/page.hpp"
#include "libcore/template/template.hpp"

namespace allot {
namespace {

/// Returns `text` without the line ends and indentations that make the template readable.
std::string join_lines(std::string_view text) {
  std::string joined{text};
  joined.erase(std::remove(joined.begin(), joined.end(), '\n'), joined.end());
  return joined;
}

}  // namespace

void write_report(const Report& report, std::ostream& out) {
  const Facts page = html::make_page_facts(report);
  out << HtmlTemplate{report_page::kHead}.render(page);
  HtmlTemplate row{join_lines(report_page::kGroup)};
  html::KnownBars known;
  for (const ReportGroup& group : report.groups)
    out << row.render(html::make_group_facts(report, group, known)) << '\n';
  out << HtmlTemplate{report_page::kFoot}.render(page);
}

}  // namespace allot
