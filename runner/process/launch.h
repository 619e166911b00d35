#pragma once

#include <sys/types.h>

namespace loads::runner {

struct Start;

// fork() and exec() of a process, see Process. The error of what could not be done, 0: none.
int launch(const Start& start, pid_t& pid);

}  // namespace loads::runner
