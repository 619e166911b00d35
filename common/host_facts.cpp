#include "common/host_facts.h"

#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "common/descriptors.h"

namespace loads {
namespace {

// The kernel's default where it does not say.
std::uint64_t local_ports() {
  std::uint64_t first = 32768;
  std::uint64_t last = 60999;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first >> last;
  return last < first ? 0 : last - first + 1;
}

}  // namespace

HostFacts host_facts() {
  utsname system{};
  ::uname(&system);
  return {std::max(1U, std::thread::hardware_concurrency()), raise_descriptor_limit(), local_ports(), system.release};
}

}  // namespace loads
