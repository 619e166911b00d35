#include "runner/worker/ordered_test.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

#include "common/failure.h"
#include "proto/bundle/bundle_path.h"
#include "proto/bundle/module_file.h"
#include "runner/load/module.h"
#include "runner/load/select.h"
#include "runner/url_test/url_test.h"
#include "runner/worker/connection_settings.h"
#include "runner/worker/session_settings.h"

namespace loads::runner {
namespace {

constexpr std::chrono::nanoseconds kLongest = std::chrono::hours(24 * 365 * 10);

std::chrono::nanoseconds bounded(std::chrono::nanoseconds time) { return std::clamp(time, std::chrono::nanoseconds(0), kLongest); }
plan::Seconds bounded(plan::Seconds time) { return std::min(time, plan::Seconds(kLongest)); }

}  // namespace

void check_ordered_module(const proto::TestSource& source) {
  if (const auto trouble = bundle::path_trouble(source.module); !trouble.empty())
    throw Failure(exit_code::cannot_load, "\"" + source.module + "\" cannot be the module of a test: " + std::string(trouble) + ".",
                  "cannot-load");
  const std::string here = bundle::machine_name();
  if (!source.machine.empty() && source.machine != here)
    throw Failure(exit_code::cannot_load, source.module + " was compiled for " + source.machine + ", this agent runs on " + here + ".",
                  "module-machine");
}

std::vector<const user::TestInfo*> load_ordered_test(const proto::TestSource& source) {
  if (!source.url.empty()) return {make_url_test({source.url, source.method, source.data})};
  check_ordered_module(source);
  const std::filesystem::path path(source.module);
  return select_tests(load_module(path, path.filename().string()), source.class_name, source.test_name);
}

plan::Plan ordered_plan(const proto::Prepare& prepare) {
  plan::Plan plan = prepare.order.plan;
  plan.ramp_up = bounded(plan.ramp_up);
  for (plan::Step& step : plan.steps) {
    if (step.duration) step.duration = bounded(*step.duration);
  }
  return plan;
}

user::Settings ordered_settings(const proto::Prepare& prepare, std::shared_ptr<BlackBox> black_box,
                                std::shared_ptr<const TargetRules> target_rules) {
  const proto::EngineSettings& ordered = prepare.order.settings;
  user::Settings settings;
  settings.threads = ordered.threads;
  settings.server_url = ordered.server_url;
  settings.headers = ordered.headers;
  settings.timeout = bounded(ordered.timeout);
  settings.connect_timeout = std::min(settings.connect_timeout, settings.timeout);
  settings.stop_timeout = bounded(ordered.stop_timeout);
  settings.resolve_once = ordered.resolve_once;
  settings.patching = !ordered.no_patching;
  settings.seed = ordered.seed;
  settings.variables = ordered.variables;
  settings.connections = from_proto(ordered.connections);
  settings.session = from_proto(ordered.session);
  settings.agent_index = prepare.agent_index;
  settings.black_box = std::move(black_box);
  settings.target_rules = std::move(target_rules);
  return settings;
}

}  // namespace loads::runner
