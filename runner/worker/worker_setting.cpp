#include "runner/worker/worker_setting.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <charconv>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "common/failure.h"

namespace loads::runner {
namespace {

constexpr const char* kSocket = "LOADS_WORKER_SOCKET";
constexpr const char* kBlackBox = "LOADS_BLACK_BOX";
constexpr const char* kAllowTargets = "LOADS_ALLOW_TARGETS";
constexpr const char* kPart = "LOADS_WORKER_PART";
constexpr const char* kTrace = "LOADS_WORKER_TRACE";

[[noreturn]] void refuse(const std::string& why) {
  throw Failure(exit_code::usage, "--worker is for loads-agent, which starts its workers by itself: " + why + ".", "options");
}

template <typename Number>
bool read(std::string_view text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

Descriptor take_socket(const std::string& text) {
  int number = -1;
  struct stat status {};
  if (!read(text, number) || ::fstat(number, &status) != 0 || !S_ISSOCK(status.st_mode)) refuse(std::string(kSocket) + " names no socket");
  ::fcntl(number, F_SETFD, FD_CLOEXEC);
  return Descriptor(number);
}

// The agent has looked at them: one that cannot be read now is an error of ours.
std::shared_ptr<const TargetRules> rules_in(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::string> rules;
  for (std::string line; std::getline(lines, line);) rules.push_back(line);
  return std::make_shared<TargetRules>(rules);
}

user::Part part_in(const std::string& text) {
  user::Part part;
  if (text.empty()) return part;
  const auto slash = text.find('/');
  const std::string_view all = text;
  if (slash == std::string::npos || !read(all.substr(0, slash), part.index) || !read(all.substr(slash + 1), part.count) ||
      part.index >= part.count)
    refuse(std::string(kPart) + " is no part");
  return part;
}

user::TraceLevel trace_in(const std::string& text) {
  unsigned level = 0;
  if (!text.empty() && (!read(text, level) || level > static_cast<unsigned>(user::TraceLevel::full)))
    refuse(std::string(kTrace) + " is no level");
  return static_cast<user::TraceLevel>(level);
}

}  // namespace

WorkerSetting worker_setting(const Environment& environment) {
  WorkerSetting setting{take_socket(variable(environment, kSocket)), variable(environment, kBlackBox),
                        rules_in(variable(environment, kAllowTargets)), part_in(variable(environment, kPart)),
                        trace_in(variable(environment, kTrace))};
  for (const char* name : {kSocket, kBlackBox, kAllowTargets, kPart, kTrace}) ::unsetenv(name);
  return setting;
}

}  // namespace loads::runner
