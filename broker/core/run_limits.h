#pragma once

#include <algorithm>
#include <chrono>

#include "broker/core/outside.h"

namespace loads::broker {

// How long a run stays in its states at the most.
inline constexpr proto::Nanoseconds kBundleLimit = std::chrono::seconds(60);         // without a part of the bundle
inline constexpr proto::Nanoseconds kPrepareLimit = std::chrono::seconds(60);        // for fetching the bundle and loading the test
inline constexpr proto::Nanoseconds kLeastLead = std::chrono::milliseconds(100);     // from the last agent's readiness to the start
inline constexpr proto::Nanoseconds kLeadOfChange = std::chrono::milliseconds(400);  // more for what changes a load: nobody waits for it
inline constexpr proto::Nanoseconds kLeadOfAgent = std::chrono::microseconds(100);   // more for each: thousands are not told in an instant
inline constexpr proto::Nanoseconds kBeyondStop = std::chrono::seconds(10);  // that shares may take longer to end than the stop timeout
inline constexpr proto::Nanoseconds kLongestLimit = std::chrono::hours(24) * 365;  // of any: keeps sums of times in range

inline proto::Nanoseconds prepare_limit(const proto::RunOrder& order) {
  return order.test.packages.empty() ? kPrepareLimit : kPrepareLimit + proto::kInstallLimit;
}

// When a limit that begins now is over, whatever somebody has asked for.
inline proto::Nanoseconds later(Now now, proto::Nanoseconds limit) {
  return now.steady + std::clamp(limit, proto::Nanoseconds(0), kLongestLimit);
}

}  // namespace loads::broker
