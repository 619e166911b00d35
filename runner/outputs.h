#pragma once

#include <string>
#include <vector>

#include "common/plan/plan.h"
#include "runner/console/progress.h"
#include "runner/destinations.h"
#include "runner/options/options.h"
#include "runner/report/report.h"

namespace loads::runner {

// How a run is shown on stderr while it goes on: --quiet, --color, and what stderr is.
ProgressSettings progress_settings(const Options& options, const plan::Plan& plan);

// Where a finished run is written: --output, --summary, --json, the files for other programs, and what GitHub Actions is told.
class Outputs {
 public:
  // Throws Failure(local_resource) when a file cannot be written, before anything is sent.
  explicit Outputs(const Options& options);

  // Writes all that can be. Throws Failure(local_resource) when something could not be written after all.
  void write(const Report& report) const;

 private:
  void check_paths_differ() const;
  void tell_github(const Report& report) const;

  // A file for other programs: what is in it follows from the report alone.
  struct File {
    std::string path;
    std::string (*content)(const Report&);
  };
  static std::vector<File> files_of(const OutputFiles& paths);

  Destinations destinations_;
  std::vector<File> files_;
  GitHub github_;
  SummaryStyle style_;
};

}  // namespace loads::runner
