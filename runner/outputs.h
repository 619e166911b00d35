#pragma once

#include <string>
#include <vector>

#include "common/plan/plan.h"
#include "runner/console/progress.h"
#include "runner/options/options.h"
#include "runner/report/report.h"

namespace loads::runner {

// How a run is shown on stderr while it goes on: --quiet, --color, and what stderr is.
ProgressSettings progress_settings(const Options& options, const plan::Plan& plan);

// Where a finished run is written: --output, --summary, --json.
class Outputs {
 public:
  // Throws Failure(local_resource) when a file cannot be written, before anything is sent.
  explicit Outputs(const Options& options);

  // Throws Failure(local_resource) when it could not be written after all.
  void write(const Report& report) const;

 private:
  void write_summary_to(OutputName output, const Report& report) const;
  void write_json(const Report& report) const;
  bool stdout_is_json() const { return json_ == "-"; }

  std::vector<OutputName> outputs_;
  std::string file_;
  std::string json_;
  SummaryStyle style_;
  ColourMode colour_;
};

}  // namespace loads::runner
