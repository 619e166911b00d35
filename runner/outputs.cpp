#include "runner/outputs.h"

#include <unistd.h>

#include <iostream>
#include <sstream>

#include "common/failure.h"
#include "runner/console/terminal.h"
#include "runner/report/json.h"
#include "runner/report/output_file.h"
#include "runner/report/result_stdout.h"

namespace loads::runner {
namespace {

void flush_stdout() {
  std::cout.flush();
  if (!std::cout) throw Failure(exit_code::local_resource, "cannot write the result to stdout. Is the disk full?", "unwritable");
}

}  // namespace

ProgressSettings progress_settings(const Options& options, const plan::Plan& plan) {
  return {.style = progress_style(options.quiet, STDERR_FILENO),
          .planned = plan.total_duration(),
          .columns = [] { return terminal_columns(STDERR_FILENO); },
          .paint = paint_for(options.color, STDERR_FILENO)};
}

Outputs::Outputs(const Options& options)
    : outputs_(options.outputs), file_(options.output_file), json_(options.json), style_(options.summary), colour_(options.color) {
  for (const OutputName output : outputs_) {
    if (output == OutputName::file) check_writable(file_);
  }
  if (!json_.empty() && !stdout_is_json()) check_writable(json_);
}

void Outputs::write(const Report& report) const {
  for (const OutputName output : outputs_) write_summary_to(output, report);
  if (!json_.empty()) write_json(report);
  flush_stdout();
}

void Outputs::write_summary_to(OutputName output, const Report& report) const {
  switch (output) {
    case OutputName::none: return;
    case OutputName::standard: {
      std::ostream& stream = stdout_is_json() ? std::cerr : std::cout;
      return write_summary(stream, report, style_, paint_for(colour_, stdout_is_json() ? STDERR_FILENO : STDOUT_FILENO));
    }
    case OutputName::file: {
      std::ostringstream text;
      write_summary(text, report, style_, Paint(colour_ == ColourMode::always));
      return write_file(file_, text.str());
    }
  }
}

void Outputs::write_json(const Report& report) const {
  const std::string json = to_json(report);
  if (stdout_is_json()) {
    give_stdout_back();
    std::cout << json;
  } else {
    write_file(json_, json);
  }
}

}  // namespace loads::runner
