#pragma once

#include <cstdint>
#include <string>

namespace loads {

// What of this machine decides how much load a process of ours can send, and may be another tomorrow.
struct HostFacts {
  std::uint32_t cores = 0;  // that this process may run on
  std::uint64_t files = 0;  // that it may have open
  std::uint64_t ports = 0;  // of its own, to one address and port
  std::string kernel;       // uname -r
};

// As it is now. Raises the limit of open files as far as may be, as whatever sends load does.
HostFacts host_facts();

}  // namespace loads
