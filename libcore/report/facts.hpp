#pragma once

#include <map>
#include <string>

#include "libcore/report/report.hpp"
#include "libcore/report/time_axis.hpp"
#include "libcore/template/facts.hpp"

namespace allot::html {

/// Returns the variables of the page outside of the rows of its table.
Facts make_page_facts(const Report& report);

/// The time axes with bars of licences that the page has, by their paths, with their numbers: an equal one refers to
/// the first.
using KnownBars = std::map<std::string, std::size_t>;

/// Returns the variables of the rows of a group; adds its bars to `known`.
Facts make_group_facts(const Report& report, const ReportGroup& group, KnownBars& known);

/// Return the variables of parts of the page: the treemaps, and the licences that end in the window.
Facts::List make_map_facts(const Report& report);
void add_end_facts(const Report& report, Facts& facts);

/// Returns the bars of the licences of `group` on `axis`, from height `top` down, and the height below them; `marked`
/// is the licence that stands out, if there is one.
Facts::List make_bar_facts(const ReportGroup& group, const TimeAxis& axis, int top, const ReportLicense* marked,
                           int& height);

/// Returns stored text without control and bidirectional-formatting characters and broken UTF-8.
std::string shown(std::string_view text);

}  // namespace allot::html
