#include "runner/options/find_max.h"

#include "common/failure.h"

namespace loads::runner {
namespace {

// Ten seconds show a rate that is 3 % above what the target bears: what waits grows by 0.3 s in that time.
constexpr const char* kDuration = "10s";
constexpr const char* kWarmUp = "2s";

[[noreturn]] void refuse(const std::string& why) { throw Failure(exit_code::usage, why, "options"); }

struct Other {
  const char* option;
  bool given;
  const char* why;
};

void check_load(const Options& options) {
  const LoadOptions& load = options.load;
  const char* searched = "how much load there is, is what is searched for";
  const Other others[] = {
      {"--users", load.users != std::vector<std::uint32_t>{1}, "a level is a rate, and --max-users bounds its users"},
      {"--hits", !load.hits.empty(), "a level lasts for a time (-d)"},
      {"--stages", load.stages.has_value(), searched},
      {"--profile", !load.profile.empty(), searched},
      {"--ramp-up", load.ramp_up.count() > 0, "a level is judged at its rate; --warm-up is left out of it"},
      {"--pacing", load.pacing.count() > 0, "a rate says when runs begin"},
      {"--think-time", load.think_most.count() > 0, "a rate says when runs begin"},
  };
  for (const Other& other : others) {
    if (other.given) refuse(std::string("--find-max and ") + other.option + " exclude each other: " + other.why + ".");
  }
  if (load.rates.size() > 1) refuse("--find-max takes one --rate, with which it begins.");
}

void check_outputs(const Options& options) {
  const char* single = "it is about a single run, and each level is one";
  const OutputFiles& files = options.files;
  const Other others[] = {
      {"--threshold", !options.conditions.thresholds.empty(), "its own conditions judge the levels"},
      {"--test-runner", !options.test_runner.empty(), "its processes are given users, and no rate"},
      {"--detach", options.cluster.detach, "somebody has to judge a level before the next one begins"},
      {"--observer", !options.observers.empty(), single},
      {"--csv", !files.csv.empty(), single},
      {"--junit", !files.junit.empty(), single},
      {"--hgrm", !files.hgrm.empty(), single},
      {"--hlog", !files.hlog.empty(), single},
      {"--github always", options.github_mode == GitHubMode::always, single},
  };
  for (const Other& other : others) {
    if (other.given) refuse(std::string("--find-max and ") + other.option + " exclude each other: " + other.why + ".");
  }
}

}  // namespace

GivenOptions defaults_of_find_max() {
  GivenOptions given;
  given["duration"] = {{kDuration}, Source::fallback, "default of --find-max", "--duration"};
  given["warm-up"] = {{kWarmUp}, Source::fallback, "default of --find-max", "--warm-up"};
  return given;
}

void check_find_max(const Options& options) {
  if (options.find_max.conditions.empty()) return;
  if (options.cluster.command != ClusterCommand::none || !options.compared.empty() || options.list)
    refuse("--find-max goes with a test, and with nothing else that is asked.");
  check_load(options);
  check_outputs(options);
}

}  // namespace loads::runner
