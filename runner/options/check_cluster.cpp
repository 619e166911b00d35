#include "runner/options/check_cluster.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "common/failure.h"
#include "engine/http/target.h"
#include "runner/options/parse.h"

namespace loads::runner {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Failure(exit_code::usage, message, "options"); }

// The option of a command that may be followed by a run; empty: it may not.
std::string before_run(ClusterCommand command) {
  switch (command) {
    case ClusterCommand::attach: return "--attach";
    case ClusterCommand::scale: return "--scale";
    case ClusterCommand::pause: return "--pause";
    case ClusterCommand::resume: return "--resume";
    default: return {};
  }
}

// "--attach RUN": to the reader of the command line RUN is the test.
void take_run_from_test(Options& options, const std::string& option) {
  if (options.test.empty()) return;
  if (!options.cluster.run.empty()) refuse(option + " needs no test: \"" + http::without_userinfo(options.test) + "\" is one too many.");
  try {
    options.cluster.run = parse::run_name(options.test);
  } catch (const std::invalid_argument& reason) {
    refuse(option + ": " + reason.what() + ".");
  }
  options.test.clear();
}

void check_command(const Options& options) {
  if (!options.test.empty())
    refuse("\"" + http::without_userinfo(options.test) + "\" is a test, and something else was asked of the broker. One at a time.");
  if (options.cluster.detach) refuse("--detach goes with a test and --agents.");
}

// The first option by which a result was to be written; empty: none.
std::string wanted_file(const Options& options) {
  const std::pair<const char*, bool> all[] = {{"--json", !options.json.empty()},         {"--csv", !options.files.csv.empty()},
                                              {"--junit", !options.files.junit.empty()}, {"--hgrm", !options.files.hgrm.empty()},
                                              {"--hlog", !options.files.hlog.empty()},   {"--output file", !options.output_file.empty()}};
  for (const auto& [option, is_wanted] : all) {
    if (is_wanted) return option;
  }
  return {};
}

void check_detached(const Options& options) {
  const std::string option = wanted_file(options);
  if (!option.empty())
    refuse("--detach leaves before there is a result, so " + option + " would write nothing. When the run is over: --report RUN " + option +
           ".");
}

void check_run(const Options& options) {
  const bool distributed = options.cluster.agents > 0;
  if (options.cluster.detach && !distributed)
    refuse("--detach: a run on this machine ends with its console. To run it on agents: --agents N.");
  if (options.cluster.detach) check_detached(options);
  const bool goes_on = options.cluster.rebalance || options.cluster.worker_restarts > 0;
  if (distributed && goes_on && !options.load.has_end())
    refuse(std::string(options.cluster.rebalance ? "--rebalance" : "--worker-restart") +
           " goes with --duration: how many of its hits a lost worker has done cannot be told exactly, so nobody could do the rest.");
  if (distributed && options.trace != user::TraceLevel::off)
    refuse("--trace shows the requests of this machine, and those of --agents are sent by others. Leave one of them out.");
}

}  // namespace

void check_cluster(Options& options) {
  if (const std::string option = before_run(options.cluster.command); !option.empty()) take_run_from_test(options, option);
  if (options.cluster.command == ClusterCommand::none) {
    check_run(options);
  } else {
    check_command(options);
  }
}

}  // namespace loads::runner
