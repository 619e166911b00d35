#include "runner/capacity/find_max.h"

#include <cstdlib>
#include <iostream>

#include "common/failure.h"
#include "runner/capacity/capacity_search.h"
#include "runner/destinations.h"
#include "runner/local_plan.h"

namespace loads::runner {
namespace {

void write(const Findings& findings, const Destinations& destinations) {
  Attempts attempts;
  destinations.write_text(attempts, [&](const Paint& paint) { return text_of(findings, paint); });
  attempts.make([&] { destinations.write_json([&] { return json_of(findings); }); });
  attempts.make([] { Destinations::flush_stdout(); });
  attempts.settle();
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
  const Destinations destinations(options);
  if (!options.quiet) std::cerr << announcement(search.plan()) << std::endl;
  Signals signals;
  const bool is_distributed = options.cluster.agents > 0;
  const auto levels = is_distributed ? cluster_levels(options, environment, loaded, signals) : local_levels(options, loaded, signals);
  const Findings findings = search.run(*levels);
  write(findings, destinations);
  // Threads of the engine still run then: no destructor may pull the ground from under them.
  if (levels->is_stuck()) std::_Exit(findings.exit_code);
  return findings.exit_code;
}

}  // namespace loads::runner
