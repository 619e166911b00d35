#include "common/descriptors.h"

#include <sys/resource.h>

#include <filesystem>
#include <limits>
#include <system_error>

namespace loads {

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::uint64_t>::max();
  rlimit raised = limit;
  raised.rlim_cur = raised.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

std::uint64_t open_descriptors() {
  std::error_code error;
  std::uint64_t count = 0;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  for (const std::filesystem::directory_iterator end; !error && entries != end; entries.increment(error)) ++count;
  return count == 0 ? 0 : count - 1;  // without the one that is reading the folder
}

}  // namespace loads
