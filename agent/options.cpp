#include "agent/options.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <stdexcept>

#include "common/duration.h"
#include "common/failure.h"
#include "common/options.h"
#include "common/target_rules.h"
#include "common/version.h"
#include "proto/wire/endpoints.h"

namespace loads::agent {
namespace {

constexpr std::uint64_t kLargestSize = std::uint64_t{1} << 44U;        // bytes
constexpr std::uint64_t kLeastWorkerMemory = std::uint64_t{1} << 24U;  // a worker itself takes about that
constexpr std::uint64_t kMostProcesses = 4'000'000;

struct Texts {
  std::string broker;
  std::string end_without_broker;
  std::string ignored;
  bool version = false;
};

void add_options(CLI::App& app, Options& options, Texts& texts) {
  app.add_option("-b,--broker", texts.broker, "the broker's address: tcp://HOST[:PORT], or its folder: ipc:///run/loads");
  app.add_option("--backend", options.backend, "its endpoint for agents, instead of the one that follows from --broker");
  app.add_option("--state", options.state, "folder of what outlives this agent [the first free one below $XDG_STATE_HOME/loads/agents]");
  app.add_option("--key", options.credential, "the file that loads-broker --enroll agent NAME has made [~/.config/loads/agent.key]");
  app.add_flag("--insecure-no-auth", options.insecure, "use a broker over tcp that has no keys");
  app.add_option("--python", options.python,
                 "the Python that runs tests in Python [$LOADS_PYTHON, the active virtual environment's, or python3]");
  app.add_option("--allow-target", options.allow_targets, "HOST, address or network, with :PORT or without: workers connect nowhere else");
  app.add_option("--end-without-broker", texts.end_without_broker, "end when no broker was heard for this time and nothing is to be done");
  app.add_option("--spool-limit", options.spool_limit, "what of a share may wait for the broker before its seconds are merged [32M]")
      ->transform(size_in_bytes({4096}, kLargestSize));
  app.add_option("--worker-memory", options.limits.memory, "what a test may take, with all that it starts: 500M, 2G; 0: no limit [4/5]")
      ->transform(size_in_bytes({kLeastWorkerMemory, true}, kLargestSize));
  app.add_option("--worker-processes", options.limits.processes, "how many processes a test may be, with all that it starts [1000]")
      ->check(whole_number(0, kMostProcesses));
  app.add_flag("--calibrate", options.calibrate, "measure what this machine can do, keep it for its agents, and exit")->configurable(false);
  app.add_option("--logfile", options.log_file, "write the log here too");
  app.add_flag("--debug", options.debug, "log more");
  app.add_flag("--version", texts.version, "print the version, and exit")->configurable(false);
  app.add_option("--timeout", texts.ignored, "accepted without effect");
}

}  // namespace

std::optional<Options> read_options(const std::vector<std::string>& arguments, const Environment& environment) {
  Options options;
  Texts texts;
  CLI::App app("loads-agent: sends load on behalf of a broker.", "loads-agent");
  add_options(app, options, texts);
  if (!parse_options(app, arguments, "agent")) return {};
  if (texts.version) {
    std::cout << "loads-agent " << version() << std::endl;
    return {};
  }
  if (!texts.ignored.empty()) options.notices.emplace_back("--timeout is accepted without effect");
  if (!texts.end_without_broker.empty()) {
    options.end_without_broker = parse_duration(texts.end_without_broker);
    if (!options.end_without_broker)
      throw Failure(exit_code::usage, "--end-without-broker: \"" + texts.end_without_broker + "\" is not a time: write 90s or 2m.",
                    "options");
  }
  try {
    static_cast<void>(TargetRules(options.allow_targets));
  } catch (const std::invalid_argument& reason) {
    throw Failure(exit_code::usage, "--allow-target: " + std::string(reason.what()) + ".", "options");
  }
  if (options.python.empty()) options.python = variable(environment, "LOADS_PYTHON");
  if (options.backend.empty())
    options.backend = (texts.broker.empty() ? wire::default_endpoints(environment) : wire::endpoints_of(texts.broker)).backend;
  return options;
}

}  // namespace loads::agent
