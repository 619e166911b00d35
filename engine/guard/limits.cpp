#include "engine/guard/limits.h"

#include <algorithm>
#include <limits>

#include "common/descriptors.h"
#include "common/failure.h"

namespace loads::guard {
namespace {

constexpr std::uint64_t kOfTheProcess = 64;  // standard streams, modules, outputs, name servers
constexpr std::uint64_t kOfEachThread = 4;   // epoll, wake-up, room for those of a library

std::uint64_t fixed_part(std::uint32_t threads) { return kOfTheProcess + kOfEachThread * threads; }

std::uint64_t rounded_up(std::uint64_t number) { return (number + 99) / 100 * 100; }

std::uint64_t rounded_down(std::uint64_t number) {
  const std::uint64_t step = number >= 200 ? 100 : number >= 20 ? 10 : 1;
  return number / step * step;
}

}  // namespace

std::uint64_t descriptors_needed(std::uint32_t users, std::uint32_t threads) { return users + fixed_part(threads); }

std::uint32_t users_that_fit(std::uint64_t limit, std::uint32_t threads) {
  const std::uint64_t left = limit - std::min(limit, fixed_part(threads));
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(rounded_down(left), std::numeric_limits<std::uint32_t>::max()));
}

std::string descriptor_shortage(std::uint32_t users, std::uint32_t threads, std::uint64_t limit) {
  const std::uint64_t needed = descriptors_needed(users, threads);
  if (needed <= limit) return {};
  const std::string about = std::to_string(rounded_up(needed));
  const std::uint32_t fit = users_that_fit(limit, threads);
  return std::to_string(users) + (users == 1 ? " user needs about " : " users need about ") + about + " open files, the limit here is " +
         std::to_string(limit) + ". Raise it: as root `ulimit -n " + about + "`, in a systemd unit LimitNOFILE=" + about +
         ", in Docker --ulimit nofile=" + about + (fit == 0 ? "." : ", or --users " + std::to_string(fit) + ".");
}

void require_descriptors(std::uint32_t users, std::uint32_t threads) {
  const std::string shortage = descriptor_shortage(users, threads, raise_descriptor_limit());
  if (!shortage.empty()) throw Failure(exit_code::local_resource, shortage, "fds");
}

}  // namespace loads::guard
