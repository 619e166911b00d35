#pragma once

#include <string>
#include <string_view>

#include "runner/report/report.h"

namespace loads::runner {

// What GitHub Actions shows of a run beside its log. All text from servers and tests is escaped: it neither ends a command nor begins one,
// and is no markup.

// Workflow commands, a line each: what went wrong as errors (warnings when the run passed all the same), doubts as warnings, a passed run
// as a notice. GitHub shows ten of a kind.
std::string github_annotations(const Report& report);

// Markdown, for the page of the job.
std::string github_summary(const Report& report);

// A summary of which no line is a command, whatever servers and tests say in it.
std::string without_commands(const std::string& text);

// Printable text as part of a table's cell, of a heading or of a sentence.
std::string markdown_escaped(std::string_view text);

}  // namespace loads::runner
