#include "runner/capacity/find_max.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "common/failure.h"
#include "runner/capacity/capacity_search.h"
#include "runner/console/colour.h"
#include "runner/local_plan.h"
#include "runner/report/output_file.h"
#include "runner/report/result_stdout.h"

namespace loads::runner {
namespace {

void check_outputs(const Options& options) {
  if (!options.json.empty() && options.json != "-") check_writable(options.json);
  for (const OutputName output : options.outputs) {
    if (output == OutputName::file) check_writable(options.output_file);
  }
}

void write_text(const Findings& findings, const Options& options) {
  const bool json_to_stdout = options.json == "-";
  for (const OutputName output : options.outputs) {
    switch (output) {
      case OutputName::none: break;
      case OutputName::file: write_file(options.output_file, text_of(findings, Paint(options.color == ColourMode::always))); break;
      case OutputName::standard:
        (json_to_stdout ? std::cerr : std::cout)
            << text_of(findings, paint_for(options.color, json_to_stdout ? STDERR_FILENO : STDOUT_FILENO)) << std::flush;
    }
  }
}

void write(const Findings& findings, const Options& options) {
  write_text(findings, options);
  if (options.json == "-") {
    give_stdout_back();
    std::cout << json_of(findings);
  } else if (!options.json.empty()) {
    write_file(options.json, json_of(findings));
  }
  std::cout.flush();
  if (!std::cout) throw Failure(exit_code::local_resource, "cannot write the result to stdout. Is the disk full?", "unwritable");
}

int dry_run(const CapacitySearch& search) {
  std::cout << announcement(search.plan()) << "\nNothing was sent.\n" << std::flush;
  return exit_code::passed;
}

}  // namespace

int find_max(const Options& options, const Environment& environment) {
  const LoadedTest loaded = load_test(options, environment);
  CapacitySearch search(options, loaded);
  if (options.dry_run) return dry_run(search);
  check_outputs(options);
  if (!options.quiet) std::cerr << announcement(search.plan()) << std::endl;
  Signals signals;
  const bool is_distributed = options.cluster.agents > 0;
  const auto levels = is_distributed ? cluster_levels(options, environment, loaded, signals) : local_levels(options, loaded, signals);
  const Findings findings = search.run(*levels);
  write(findings, options);
  // Threads of the engine still run then: no destructor may pull the ground from under them.
  if (levels->is_stuck()) std::_Exit(findings.exit_code);
  return findings.exit_code;
}

}  // namespace loads::runner
