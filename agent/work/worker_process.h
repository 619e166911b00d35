#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/work/output_tail.h"
#include "common/descriptor.h"
#include "proto/frame_stream.h"

namespace loads::agent {

// How a worker is started.
struct WorkerSpawn {
  std::filesystem::path runner;                         // the executable loads-runner
  std::filesystem::path folder;                         // its working directory: the unpacked bundle
  std::filesystem::path black_box;                      // empty: none
  std::uint64_t largest_file = std::uint64_t{1} << 30;  // bytes
  std::uint64_t address_space = 0;                      // bytes; 0: no limit of ours
  std::vector<std::string> allow_targets{};             // rules (common/target_rules.h)
  std::string python{};                                 // that runs tests in Python; empty: it looks for one
};

// $LOADS_RUNNER, or the loads-runner that lies beside this executable.
std::filesystem::path find_runner();

// A worker: a process that runs somebody's test, and the three ways by which its agent knows of it: messages, what it prints, its end.
// Nothing here waits for it but the destructor, which kills it. Made and destroyed on the agent's main thread, since the worker dies with
// the thread that has started it (PR_SET_PDEATHSIG).
//
// It is in a session of its own, gains no privileges, leaves no core, writes no larger files than it may, reads nothing, and what it prints
// is read here. Its children are in its process group and are killed with it; one that leaves the group is for RealOutside to end, which
// also watches what all of them take.
class WorkerProcess {
 public:
  // Throws Failure(local_resource) when it cannot be started.
  explicit WorkerProcess(const WorkerSpawn& spawn);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  pid_t pid() const { return pid_; }
  proto::FrameStream& stream() { return stream_; }
  const proto::FrameStream& stream() const { return stream_; }

  // What it prints to stdout and stderr: the descriptor to poll, -1 when there is no more; a bounded read; the tail.
  int output_descriptor() const { return output_.get(); }
  void read_output();
  const OutputTail& output() const { return tail_; }

  // Readable once it has ended; -1 where the kernel has no such descriptor: then has_ended() has to be asked now and then.
  int end_descriptor() const { return end_.get(); }
  bool has_ended() const;

  // Kills it and its children, if it lives. `why` is what becomes of its end in words; the first one counts.
  void kill(std::string_view why = {});

  // After has_ended(): kills what is left of its process group, and says how it ended: "SIGSEGV", "exit code 3: <its last line>", or why it
  // was killed. Once.
  std::string reap();

 private:
  Descriptor spawn(const WorkerSpawn& spawn);

  pid_t pid_ = -1;  // -1: reaped
  Descriptor output_;
  proto::FrameStream stream_;
  Descriptor end_;
  OutputTail tail_;
  std::string killed_because_;
};

}  // namespace loads::agent
