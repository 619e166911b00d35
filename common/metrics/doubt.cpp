#include "common/metrics/doubt.h"

#include <array>
#include <utility>

namespace loads::metrics {
namespace {

constexpr std::uint64_t kPunctual = 10'000;  // microseconds
constexpr double kTolerablyUnsent = 0.01;    // of what was answered

// How often requests ended without an answer, by cause.
using ErrorCounts = std::array<std::uint64_t, kRequestErrors>;

ErrorCounts request_errors(const Slice& slice) {
  ErrorCounts counts{};
  for (const auto& [name, stats] : slice.requests) {
    for (std::size_t cause = 0; cause < counts.size(); ++cause) counts[cause] += stats.errors[cause];
  }
  return counts;
}

std::string not_sent(std::uint64_t count, RequestError cause) {
  return std::to_string(count) + (count == 1 ? " request was" : " requests were") + " not sent: this machine is " +
         std::string(to_string(cause)) + ".";
}

std::string milliseconds(std::uint64_t microseconds) { return std::to_string((microseconds + 500) / 1000) + " ms"; }

// Whose fault it was is said: that of this machine, or of too few users.
void add_doubts(const ArrivalStats& arrivals, std::vector<Doubt>& doubts) {
  if (const auto late = lateness(arrivals.late)) {
    doubts.push_back({"late-sends",
                      "1 of 100 test runs began " + late->of_1_in_100 +
                          " late or more, though there was a user for it: the generator was too slow. Use more threads, more machines or a "
                          "lower rate.",
                      late->validity});
  }
  if (arrivals.waited.count() + arrivals.missed > 0) {
    doubts.push_back(
        {"max-users",
         std::to_string(arrivals.waited.count()) + " test runs had to wait for a user and " + std::to_string(arrivals.missed) +
             " never began: as many as may be were waiting for the target. For the whole rate allow more of them (--max-users), or "
             "take it as what the target can bear.",
         Validity::valid});
  }
}

void add_unsent(const Slice& all, std::vector<Doubt>& doubts) {
  const ErrorCounts errors = request_errors(all);
  const std::pair<RequestError, const char*> causes[] = {{RequestError::no_descriptors, "descriptors"},
                                                         {RequestError::no_ports, "ports"},
                                                         {RequestError::not_allowed, "target-not-allowed"},
                                                         {RequestError::no_local_address, "local-address"}};
  for (const auto& [cause, id] : causes) {
    const std::uint64_t count = errors[static_cast<std::size_t>(cause)];
    const bool are_many = static_cast<double>(count) > kTolerablyUnsent * static_cast<double>(all.hits());
    if (count > 0) doubts.push_back({id, not_sent(count, cause), are_many ? Validity::invalid : Validity::suspect});
  }
}

}  // namespace

// What 1 of 100 suffers the p99 has, what 1 of 10 does nearly all percentiles.
std::optional<Lateness> lateness(const Histogram& late) {
  const auto somewhat = late.percentile(0.99);
  if (!somewhat || *somewhat <= kPunctual) return std::nullopt;
  const auto often = late.percentile(0.9);
  return Lateness{milliseconds(*somewhat), often && *often > kPunctual ? Validity::invalid : Validity::suspect};
}

Validity validity_of(const std::vector<Doubt>& doubts) {
  Validity validity = Validity::valid;
  for (const Doubt& doubt : doubts) validity = worse(validity, doubt.validity);
  return validity;
}

std::vector<Doubt> doubts_about(const Slice& all) {
  std::vector<Doubt> doubts;
  add_doubts(all.arrivals, doubts);
  add_unsent(all, doubts);
  return doubts;
}

}  // namespace loads::metrics
