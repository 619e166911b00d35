#include "runner/local_plan.h"

#include <algorithm>

#include "common/run_id.h"
#include "engine/user/test_cycle.h"
#include "runner/external/external_share.h"
#include "runner/load/test_source.h"
#include "runner/options/engine_settings.h"
#include "runner/plan_of.h"
#include "runner/python/process_share.h"

namespace loads::runner {
namespace {

// A test that was loaded here is run by threads, one in Python, or of an external runner, by processes.
MakeShare make_share_for(const LoadedTest& loaded) {
  if (loaded.python) {
    return [python = *loaded.python](ShareWork work) -> std::unique_ptr<user::Share> {
      return std::make_unique<ProcessShare>(std::move(work), python.setting);
    };
  }
  if (loaded.external)
    return [](ShareWork work) -> std::unique_ptr<user::Share> { return std::make_unique<ExternalShare>(std::move(work)); };
  return thread_share_of(loaded.tests);
}

}  // namespace

plan::Plan plan_for(const LoadedTest& loaded, const LoadOptions& load, std::uint32_t agents) {
  const std::uint64_t runs = loaded.tests.empty() ? 1 : user::test_cycle(loaded.tests).size();
  return plan_of(load, loaded.name, runs, std::max<std::uint32_t>(1, agents));
}

LocalPlan local_plan(const LoadedTest& loaded, const Options& options, plan::Plan plan) {
  return {{make_run_id(), source_of(loaded), std::move(plan), engine_settings(options), {}, {}},
          make_share_for(loaded),
          options.stop_timeout,
          options.conditions};
}

}  // namespace loads::runner
