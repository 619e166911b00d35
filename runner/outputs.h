#pragma once

#include <string>
#include <vector>

#include "runner/options/options.h"
#include "runner/report/report.h"

namespace loads::runner {

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
