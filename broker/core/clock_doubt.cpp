#include "broker/core/clock_doubt.h"

#include <algorithm>
#include <chrono>

namespace loads::broker {
namespace {

std::string in_milliseconds(proto::Nanoseconds time) {
  return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(time).count()) + " ms";
}

std::string others(std::size_t count) {
  if (count == 0) return {};
  return ", and those of " + std::to_string(count) + (count == 1 ? " other" : " others");
}

}  // namespace

std::optional<proto::Warning> clock_doubt(const std::vector<LeaseRecord>& leases) {
  const auto worst = std::ranges::max_element(leases, {}, &LeaseRecord::clock_error);
  if (worst == leases.end() || worst->clock_error <= kClockLimit) return {};
  const auto count =
      static_cast<std::size_t>(std::ranges::count_if(leases, [](const LeaseRecord& lease) { return lease.clock_error > kClockLimit; }));
  return proto::Warning{"clock-offset",
                        "agent " + worst->name + ": its clock could be told from the broker's by " + in_milliseconds(worst->clock_error) +
                            " only" + others(count - 1) +
                            ", since messages take long: its load may have begun so much too early or too late, and figures of "
                            "single seconds have as much of their neighbours'. Totals and response times are right."};
}

}  // namespace loads::broker
