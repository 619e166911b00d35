#include "runner/options/check_effect.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "common/failure.h"
#include "runner/options/parse.h"

namespace loads::runner {
namespace {

struct Dependent {
  const char* option;
  const char* needs;
  bool (*has_effect)(const Options&);
};

bool observed_by(const Options& options, const char* name) {
  const auto& names = options.observer_options.names;
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool writes_file(const Options& options) {
  return std::find(options.outputs.begin(), options.outputs.end(), OutputName::file) != options.outputs.end();
}

bool is_distributed(const Options& options) { return options.cluster.agents > 0; }
bool is_told_by_webhook(const Options& options) { return observed_by(options, "webhook"); }
bool is_told_by_email(const Options& options) { return observed_by(options, "email"); }
bool is_told_by_command(const Options& options) { return observed_by(options, "command"); }
bool searches(const Options& options) { return !options.find_max.conditions.empty(); }
bool has_test_runner(const Options& options) { return !options.test_runner.empty(); }

constexpr std::array kDependents{
    Dependent{"observer-webhook-url", "--observer webhook", is_told_by_webhook},
    Dependent{"observer-email-recipient", "--observer email", is_told_by_email},
    Dependent{"observer-email-server", "--observer email", is_told_by_email},
    Dependent{"observer-email-sender", "--observer email", is_told_by_email},
    Dependent{"observer-command-line", "--observer command", is_told_by_command},
    Dependent{"output-file-filename", "--output file", writes_file},
    Dependent{"precision", "--find-max CONDITIONS", searches},
    Dependent{"external-process-timeout", "--test-runner 'CMD {test}'", has_test_runner},
    Dependent{"wait-agents", "--agents N", is_distributed},
    Dependent{"rebalance", "--agents N", is_distributed},
};

// Those that are as good as left out when they are empty: a script's variable was.
constexpr std::array kNames{"json", "csv", "junit", "hgrm", "hlog", "test-runner"};

const Given* typed(const GivenOptions& given, const char* option) {
  const auto found = given.find(option);
  return found != given.end() && found->second.source == Source::command_line ? &found->second : nullptr;
}

[[noreturn]] void refuse(const Given& given, const std::string& why) { throw Failure(exit_code::usage, given.spelling + why, "options"); }

void check_folders(const Given& test_dirs) {
  for (const std::string& folder : test_dirs.texts) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored)) refuse(test_dirs, ": there is no folder \"" + folder + "\".");
  }
}

}  // namespace

void check_effect(const GivenOptions& given, const Options& options) {
  for (const char* name : kNames) {
    const Given* one = typed(given, name);
    if (one != nullptr && parse::text(one->texts).empty()) refuse(*one, " needs a value, and was given an empty one.");
  }
  if (const Given* test_dirs = typed(given, "test-dir")) check_folders(*test_dirs);
  for (const Dependent& one : kDependents) {
    const Given* found = typed(given, one.option);
    if (found != nullptr && !one.has_effect(options))
      refuse(*found, std::string(" has no effect by itself: it goes with ") + one.needs + ".");
  }
}

}  // namespace loads::runner
