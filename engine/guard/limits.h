#pragma once

#include <cstdint>
#include <string>

namespace loads::guard {

// Open files: how many a run needs, and whether this process may have them. A generator that runs out of them would count its own errors as
// the server's, so it is checked before anything is sent.

std::uint64_t descriptors_needed(std::uint32_t users, std::uint32_t threads);

// How many users fit into `limit` open files, rounded down to a handy number.
std::uint32_t users_that_fit(std::uint64_t limit, std::uint32_t threads);

// Why `users` cannot run, and what to do; empty when they can.
std::string descriptor_shortage(std::uint32_t users, std::uint32_t threads, std::uint64_t limit);

// Raises the limit; throws loads::Failure(exit_code::local_resource, ..., "fds") when that is not enough.
void require_descriptors(std::uint32_t users, std::uint32_t threads);

}  // namespace loads::guard
