#include "runner/capacity/levels.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "runner/cluster/cluster_run.h"
#include "runner/console/terminal.h"
#include "runner/local_plan.h"
#include "runner/outputs.h"

namespace loads::runner {
namespace {

// After a run its agents may need a moment until they are free again.
constexpr std::chrono::seconds kUntilFree{10};

// A run's own: the search alone writes results. Where there is no terminal, a line for each run is enough.
Options options_of_runs(const Options& options) {
  Options own = options;
  own.json.clear();
  own.outputs = {OutputName::none};
  own.quiet = progress_style(options.quiet, STDERR_FILENO) != ProgressStyle::live;
  return own;
}

class LocalLevels final : public Levels {
 public:
  LocalLevels(const Options& options, const LoadedTest& loaded, Signals& signals)
      : options_(options_of_runs(options)), loaded_(loaded), signals_(signals) {}

  Report run(const plan::Plan& plan, const proto::Conditions& conditions) override {
    options_.conditions = conditions;
    Progress progress(std::cerr, progress_settings(options_, plan));
    LocalRun run(local_plan(loaded_, options_, plan), signals_);
    Report report = run.run(progress);
    progress.finish();
    stuck_ = stuck_ || run.is_stuck();
    return report;
  }

  bool is_stuck() const override { return stuck_; }

 private:
  Options options_;
  const LoadedTest& loaded_;
  Signals& signals_;
  bool stuck_ = false;
};

class ClusterLevels final : public Levels {
 public:
  ClusterLevels(const Options& options, const Environment& environment, const LoadedTest& loaded, Signals& signals)
      : options_(options_of_runs(options)), address_(broker_address(options.cluster, environment)), loaded_(loaded), signals_(signals) {}

  Report run(const plan::Plan& plan, const proto::Conditions& conditions) override {
    options_.conditions = conditions;
    Report report = run_once_on_cluster(options_, address_, make_order(options_, plan, loaded_), signals_);
    options_.cluster.wait_agents = std::max<std::chrono::nanoseconds>(options_.cluster.wait_agents, kUntilFree);
    return report;
  }

 private:
  Options options_;
  const BrokerAddress address_;
  const LoadedTest& loaded_;
  Signals& signals_;
};

}  // namespace

std::unique_ptr<Levels> local_levels(const Options& options, const LoadedTest& loaded, Signals& signals) {
  return std::make_unique<LocalLevels>(options, loaded, signals);
}

std::unique_ptr<Levels> cluster_levels(const Options& options, const Environment& environment, const LoadedTest& loaded, Signals& signals) {
  return std::make_unique<ClusterLevels>(options, environment, loaded, signals);
}

}  // namespace loads::runner
