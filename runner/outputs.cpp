#include "runner/outputs.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include "common/failure.h"
#include "runner/console/terminal.h"
#include "runner/report/csv.h"
#include "runner/report/github.h"
#include "runner/report/hgrm.h"
#include "runner/report/hlog.h"
#include "runner/report/json.h"
#include "runner/report/junit.h"
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
    : outputs_(options.outputs),
      file_(options.output_file),
      json_(options.json),
      files_(files_of(options.files)),
      github_(options.github),
      style_(options.summary),
      colour_(options.color) {
  for (const OutputName output : outputs_) {
    if (output == OutputName::file) check_writable(file_);
  }
  if (!json_.empty() && !stdout_is_json()) check_writable(json_);
  for (const File& file : files_) check_writable(file.path);
  check_paths_differ();
}

// Else the later one would be all there is. A device may well take several.
void Outputs::check_paths_differ() const {
  std::vector<std::string> paths{file_};
  if (!stdout_is_json()) paths.push_back(json_);
  for (const File& file : files_) paths.push_back(file.path);
  std::erase_if(paths, [](const std::string& path) { return path.empty() || path.starts_with("/dev/"); });
  std::sort(paths.begin(), paths.end());
  const auto twice = std::adjacent_find(paths.begin(), paths.end());
  if (twice != paths.end())
    throw Failure(exit_code::usage, "two results would be written to " + *twice + ". Give each a file of its own.", "options");
}

std::vector<Outputs::File> Outputs::files_of(const OutputFiles& paths) {
  std::vector<File> files;
  const auto add = [&](const std::string& path, const char* suffix, std::string (*content)(const Report&)) {
    if (!path.empty()) files.push_back({path + suffix, content});
  };
  add(paths.csv, "_requests.csv", requests_csv);
  add(paths.csv, "_seconds.csv", seconds_csv);
  add(paths.junit, "", to_junit);
  add(paths.hgrm, "", to_hgrm);
  add(paths.hlog, "", to_hlog);
  return files;
}

void Outputs::write(const Report& report) const {
  for (const OutputName output : outputs_) write_summary_to(output, report);
  if (!json_.empty()) write_json(report);
  for (const File& file : files_) write_file(file.path, file.content(report));
  if (github_.on) tell_github(report);
  flush_stdout();
}

void Outputs::write_summary_to(OutputName output, const Report& report) const {
  switch (output) {
    case OutputName::none: return;
    case OutputName::standard: return print_summary(report);
    case OutputName::file: {
      std::ostringstream text;
      write_summary(text, report, style_, Paint(colour_ == ColourMode::always));
      return write_file(file_, text.str());
    }
  }
}

// On stderr, which GitHub reads as it does stdout: that may be JSON. A page that cannot be written takes nothing from the run.
void Outputs::tell_github(const Report& report) const {
  std::cerr << github_annotations(report) << std::flush;
  if (github_.summary_file.empty()) return;
  std::ofstream page(github_.summary_file, std::ios::app | std::ios::binary);
  page << github_summary(report) << std::flush;
  if (!page) std::cerr << "cannot write the step summary to " << github_.summary_file << ": it is left out." << std::endl;
}

void Outputs::print_summary(const Report& report) const {
  std::ostringstream text;
  write_summary(text, report, style_, paint_for(colour_, stdout_is_json() ? STDERR_FILENO : STDOUT_FILENO));
  (stdout_is_json() ? std::cerr : std::cout) << (github_.on ? without_commands(text.str()) : text.str()) << std::flush;
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
