#include "runner/options/read_options.h"

#include <stdexcept>

#include "common/failure.h"
#include "runner/options/check_cluster.h"
#include "runner/options/check_effect.h"
#include "runner/options/find_max.h"

namespace loads::runner {
namespace {

// The values of `weaker` for options that nobody stronger has given.
void fill(GivenOptions& given, GivenOptions&& weaker) { given.merge(std::move(weaker)); }

GivenOptions defaults() {
  GivenOptions given;
  for (const Option& option : option_table()) {
    if (option.fallback.empty()) continue;
    given[std::string(option.name)] = {{std::string(option.fallback)}, Source::fallback, "default", "--" + std::string(option.name)};
  }
  return given;
}

// --hits and --duration say the same thing in two ways. A stronger source overrules the other one; in one source they contradict each
// other.
void settle_hits_against_duration(GivenOptions& given) {
  const auto hits = given.find("hits");
  const auto duration = given.find("duration");
  if (hits == given.end() || duration == given.end()) return;
  if (hits->second.source == duration->second.source) {
    throw Failure(exit_code::usage, "--hits and --duration exclude each other. Say how often each user runs the test, or for how long.",
                  "options");
  }
  given.erase(hits->second.source < duration->second.source ? duration : hits);
}

void store(const Option& option, const Given& given, Options& options) {
  try {
    option.store(options, given.texts);
  } catch (const std::invalid_argument& reason) {
    throw Failure(exit_code::usage, given.spelling + ": " + reason.what() + ".", "options");
  }
}

void check_outputs(const Options& options) {
  for (const OutputName output : options.outputs) {
    if (output == OutputName::file && options.output_file.empty()) {
      throw Failure(exit_code::usage, "--output file needs the file's name: --output-file-filename PATH.", "options");
    }
  }
}

void check_comparison(const Options& options) {
  if (options.compared.empty() && !options.max_regressions.empty())
    throw Failure(exit_code::usage, "--max-regression goes with --compare A B. The limits of a single run are --threshold.", "options");
  if (options.compared.empty()) return;
  const bool asks_more = !options.test.empty() || options.cluster.command != ClusterCommand::none;
  if (asks_more)
    throw Failure(exit_code::usage, "--compare goes with no test, and with nothing else that is asked of the broker.", "options");
}

// The variables are those that GitHub sets in every job.
GitHub github_of(GitHubMode mode, const Environment& environment) {
  const bool in_job = variable(environment, "GITHUB_ACTIONS") == "true";
  if (mode == GitHubMode::never || (mode == GitHubMode::automatic && !in_job)) return {};
  return {true, variable(environment, "GITHUB_STEP_SUMMARY")};
}

std::string config_path(const GivenOptions& given) {
  const auto found = given.find("config");
  return found == given.end() || found->second.texts.empty() ? std::string() : found->second.texts.back();
}

}  // namespace

ReadOptions read_options(const std::vector<std::string>& arguments, const Environment& environment) {
  ReadOptions result;
  GivenOptions& given = result.origins;
  given = read_command_line(arguments);
  // Whoever asks for help gets it, whatever is wrong with the values.
  if (given.contains("help") || given.contains("version")) {
    result.options.help = given.contains("help");
    result.options.version = given.contains("version");
    return result;
  }
  fill(given, read_environment(environment));
  if (const std::string path = config_path(given); !path.empty()) fill(given, read_config_file(path));
  settle_hits_against_duration(given);
  if (given.contains("find-max")) fill(given, defaults_of_find_max());
  fill(given, defaults());

  for (const Option& option : option_table()) {
    const auto found = given.find(option.name);
    if (found == given.end()) continue;
    store(option, found->second, result.options);
    if (option.support == Support::ignored) {
      result.notices.push_back(found->second.spelling + " is accepted without effect: " + std::string(option.help) + ".");
    }
  }
  check_effect(given, result.options);
  check_outputs(result.options);
  check_comparison(result.options);
  result.options.github = github_of(result.options.github_mode, environment);
  user::check_certificates(result.options.connections);
  result.options.observers = observer::make_observers(result.options.observer_options);
  check_cluster(result.options);
  check_find_max(result.options);
  return result;
}

}  // namespace loads::runner
