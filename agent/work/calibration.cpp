#include "agent/work/calibration.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "agent/work/worker_environment.h"
#include "common/descriptor.h"
#include "common/failure.h"
#include "common/log.h"
#include "common/replace_file.h"
#include "common/version.h"

namespace loads::agent {
namespace {

constexpr std::size_t kLargest = 64 * 1024;  // bytes that are read of what a process says

[[noreturn]] void fail(const std::string& what, int error) {
  throw Failure(exit_code::local_resource, what + ": " + std::generic_category().message(error) + ".", "calibration");
}

// A process whose standard output is `output`.
pid_t start(const std::filesystem::path& runner, int output) {
  std::vector<std::string> words{"loads-runner", "--calibrate"};
  std::vector<std::string> variables = worker_environment(own_environment());
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, runner.c_str(), &actions, nullptr, pointers_to(words).data(), pointers_to(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail("cannot start " + runner.string(), error);
  return pid;
}

std::string all_of(const Descriptor& pipe) {
  std::string text;
  std::array<char, 4096> bytes{};
  while (text.size() < kLargest) {
    const ssize_t got = ::read(pipe.get(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return text;
}

int exit_status(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : exit_code::local_resource;
}

std::string number(double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.0f", value);
  return text.data();
}

std::string milliseconds(std::chrono::nanoseconds time) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f ms", std::chrono::duration<double, std::milli>(time).count());
  return text.data();
}

}  // namespace

proto::Calibration measure(const std::filesystem::path& runner) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe", errno);
  const Descriptor ours(ends[0]);
  Descriptor its(ends[1]);
  const pid_t pid = start(runner, its.get());
  its.reset();
  const std::string said = all_of(ours);
  const int code = exit_status(pid);
  if (code != exit_code::passed) throw Failure(code, "loads-runner --calibrate has failed, see above.", "calibration");
  return proto::calibration_of(said, "what loads-runner has measured");
}

std::filesystem::path keep(const proto::Calibration& calibration, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  auto file = folder / kCalibrationFile;
  replace_file(file, to_ini(calibration));
  return file;
}

std::optional<proto::Calibration> kept_calibration(const std::filesystem::path& folder) {
  const auto file = folder / kCalibrationFile;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  std::ifstream in(file, std::ios::binary);
  std::string text(kLargest, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  try {
    proto::Calibration calibration = proto::calibration_of(text, file.string());
    calibration.stale = proto::why_stale(calibration, host_facts(), version());
    if (!calibration.stale.empty())
      log::warn("the calibration of this machine may hold no longer (" + calibration.stale + "): loads-agent --calibrate");
    return calibration;
  } catch (const Failure& failure) {
    log::warn(failure.what());
    return {};
  }
}

std::string to_text(const proto::Calibration& calibration) {
  const bool one = calibration.cores == 1;
  return "This machine, with " + std::to_string(calibration.cores) + (one ? " processor:\n" : " processors:\n") + "  " +
         number(calibration.rate) + " plain requests a second, as they are sent by processors that do nothing else\n  " +
         milliseconds(calibration.lateness) + " late or less began 99 of 100 test runs with a time of their own\n  " +
         std::to_string(calibration.files) + " open files, " + std::to_string(calibration.ports) + " local ports to one address\n";
}

}  // namespace loads::agent
