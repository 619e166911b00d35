// A command of the user's: told by its standard input and its environment, never by its text.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "common/duration.h"
#include "observer/shell.h"
#include "observer/tell.h"

namespace loads::observer {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLookPeriod = 50;  // ms
// A variable of more than 128 KiB would keep the command from being started. The JSON has all of it.
constexpr std::size_t kLongestValue = 16 * 1024;

std::string as_value(const std::string& text) { return text.substr(0, std::min(text.find('\0'), kLongestValue)); }

std::vector<std::string> environment_of(const RunEnd& end) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    // The service manager's socket is ours.
    if (!variable.starts_with("LOADS_") && !variable.starts_with("NOTIFY_SOCKET=") && !variable.starts_with("WATCHDOG_"))
      all.emplace_back(variable);
  }
  const std::pair<const char*, std::string> told[] = {{"RUN", end.run},
                                                      {"TEST", end.test},
                                                      {"STATE", end.state},
                                                      {"VALIDITY", std::string(to_string(end.validity))},
                                                      {"EXIT_CODE", std::to_string(end.exit_code)},
                                                      {"HITS", std::to_string(end.hits)},
                                                      {"ERRORS", std::to_string(end.errors)},
                                                      {"FAILURES", std::to_string(end.failures)},
                                                      {"DURATION", std::to_string(end.duration.count())},
                                                      {"USER", end.user},
                                                      {"TAG", end.tag},
                                                      {"MESSAGE", end.message}};
  for (const auto& [name, value] : told) all.push_back("LOADS_" + std::string(name) + "=" + as_value(value));
  return all;
}

std::string said_by(const Shell& shell) { return shell.last_line().empty() ? "" : ": " + shell.last_line(); }

std::string in_words(int status) {
  if (WIFEXITED(status)) return "ended with exit code " + std::to_string(WEXITSTATUS(status));
  return "was ended by signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

Outcome tell_command(const proto::Observer& observer, const RunEnd& end, const Cancelled& cancelled) {
  Shell shell(observer.command, environment_of(end), to_json(end));
  if (!shell.trouble().empty()) return {"the command could not be started: " + shell.trouble(), true};
  const auto deadline = Clock::now() + kPatience;
  while (!shell.has_ended(kLookPeriod)) {
    if (cancelled()) return {"the command was stopped", true};
    if (Clock::now() >= deadline) return {"the command was not done within " + format_duration(kPatience) + said_by(shell), true};
  }
  const int status = shell.wait();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return {"the command " + in_words(status) + said_by(shell), true};
}

}  // namespace loads::observer
