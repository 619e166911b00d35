#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/descriptor.h"

namespace loads::runner {

// A process that was started by this one, which prints where this one prints. Killed, and waited for, by the destructor.
class Process {
 public:
  // Whether SIGINT and SIGTERM reach it from the start, or only once it has made up its mind about them and lets them.
  enum class Interrupts : std::uint8_t { usual, blocked };

  // `variables` ("NAME=VALUE") come before those of this process; `inherited` keeps its number. Throws Failure(local_resource).
  Process(const std::vector<std::string>& words, const std::vector<std::string>& variables, const Descriptor& inherited,
          Interrupts interrupts = Interrupts::usual);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) = delete;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void kill() const;
  std::optional<int> ended();  // as waitpid() gives it; does not wait
  int wait();

 private:
  pid_t pid_;
  std::optional<int> status_;
};

// "exit code 3", "signal 11 (Segmentation fault)".
std::string describe_end(int status);

// Runs a command, silently, to its end; -1 when it could not be started or was killed.
int exit_code_of(const std::vector<std::string>& words);

}  // namespace loads::runner
