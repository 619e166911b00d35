#pragma once

#include <cstdint>

namespace loads {

// How many file descriptors this process may have and has. A server that runs out of them can accept nobody, and tells nobody why; so it
// raises its limit at the start and stops accepting before the limit is reached.

// Raises the soft limit to the hard one, and returns what holds then.
std::uint64_t raise_descriptor_limit();

// How many are open now: reads /proc, some microseconds per hundred, so once a second is often enough. 0: it cannot be told, because none
// is left to look with or there is no /proc.
std::uint64_t open_descriptors();

}  // namespace loads
