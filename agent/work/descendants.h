#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace loads::agent {

// The processes that a process has started, and those that they have started: a test is foreign code, and may start some. Linux only
// (/proc/PID/task/TID/children). While they come and go some may be missed; the next look finds them.

std::vector<pid_t> children_of(pid_t process);
std::vector<pid_t> descendants_of(pid_t process);

// From now on a process whose parent has ended, and that descends from this one, is a child of this process, not of init: so it is found,
// even when it has left the session it was born in.
void adopt_orphans();

// What of a process's memory is no file's, in bytes; 0 when it has ended. Quick, and counts in each process what a fork shares with its
// parent as long as neither writes to it.
std::uint64_t own_memory(pid_t process);

// Likewise, with that shared out among them: the sum over processes is what they take. Takes as long as there is memory, some ms per GiB.
std::uint64_t fair_share_of_memory(pid_t process);

// Kills these and all that they have started. Each is stopped first, so that none starts another one meanwhile.
void kill_with_descendants(const std::vector<pid_t>& processes);

}  // namespace loads::agent
