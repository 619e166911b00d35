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

namespace loads::runner {

ProgressSettings progress_settings(const Options& options, const plan::Plan& plan) {
  return {.style = progress_style(options.quiet, STDERR_FILENO),
          .planned = plan.total_duration(),
          .columns = [] { return terminal_columns(STDERR_FILENO); },
          .paint = paint_for(options.color, STDERR_FILENO)};
}

Outputs::Outputs(const Options& options)
    : destinations_(options), files_(files_of(options.files)), github_(options.github), style_(options.summary) {
  for (const File& file : files_) check_writable(file.path);
  check_paths_differ();
}

// Else the later one would be all there is. A device may well take several.
void Outputs::check_paths_differ() const {
  std::vector<std::string> paths = destinations_.files();
  for (const File& file : files_) paths.push_back(file.path);
  std::erase_if(paths, [](const std::string& path) { return path.starts_with("/dev/"); });
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

// One that cannot be written takes none of the others along.
void Outputs::write(const Report& report) const {
  Attempts attempts;
  destinations_.write_text(attempts, [&](const Paint& paint) {
    std::ostringstream text;
    write_summary(text, report, style_, paint);
    return text.str();
  });
  attempts.make([&] { destinations_.write_json([&] { return to_json(report); }); });
  for (const File& file : files_) attempts.make([&] { write_file(file.path, file.content(report)); });
  if (github_.on) tell_github(report);
  attempts.make([] { Destinations::flush_stdout(); });
  attempts.settle();
}

// On stderr, which GitHub reads as it does stdout: that may be JSON. A page that cannot be written takes nothing from the run.
void Outputs::tell_github(const Report& report) const {
  std::cerr << github_annotations(report) << std::flush;
  if (github_.summary_file.empty()) return;
  std::ofstream page(github_.summary_file, std::ios::app | std::ios::binary);
  page << github_summary(report) << std::flush;
  if (!page) std::cerr << "cannot write the step summary to " << github_.summary_file << ": it is left out." << std::endl;
}

}  // namespace loads::runner
