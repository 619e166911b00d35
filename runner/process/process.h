#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "common/descriptor.h"

namespace loads::runner {

// How a process is started.
struct Start {
  std::vector<std::string> words;        // the program, which is looked for in PATH when it has no slash, and its arguments
  std::vector<std::string> variables{};  // "NAME=VALUE", before those of this process
  int inherited = -1;                    // a descriptor that keeps its number
  bool interruptible = true;             // false: SIGINT and SIGTERM are blocked until it has made up its mind about them
  bool apart = false;                    // in a process group of its own, with nothing on its standard input
  std::string output{};                  // a file that has all it prints; then its standard input is empty, too
};

// A process that was started by this one, which prints where this one prints. It dies with the thread that has started it, however that
// ends. Killed, and waited for, by the destructor.
class Process {
 public:
  explicit Process(const Start& start);  // throws Failure(local_resource)
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) = delete;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;  // all of its group, when it has its own
  void kill() const;
  std::optional<int> ended();  // as waitpid() gives it; does not wait
  int wait();
  Descriptor open_end() const;  // readable once it has ended

 private:
  pid_t pid_;
  bool apart_;
  std::optional<int> status_;
};

// "exit code 3", "signal 11 (Segmentation fault)".
std::string describe_end(int status);

}  // namespace loads::runner
