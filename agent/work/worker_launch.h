#pragma once

#include <sys/types.h>

#include "common/descriptor.h"

namespace loads::agent {

struct WorkerSpawn;

// A process that has just been started, and our ends of its socket and of the pipe it prints to; both are non-blocking.
struct Launched {
  pid_t pid = -1;
  Descriptor socket;
  Descriptor output;
};

// fork() and exec() of a worker, see WorkerProcess. Throws Failure(local_resource) with the step that failed.
Launched launch_worker(const WorkerSpawn& spawn);

}  // namespace loads::agent
