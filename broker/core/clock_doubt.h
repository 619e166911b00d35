#pragma once

#include <optional>
#include <vector>

#include "broker/core/run_record.h"

namespace loads::broker {

// How exactly an agent has to know the broker's clock. What depends on it is when the agent begins, and into which second of a run its
// figures fall; response times do not, each of them is measured by one clock. Of a second's figures a tenth may then stand in another
// one; and a broker and agents of two continents, whose messages take 100 ms each way at the worst, are not accused.
inline constexpr proto::Nanoseconds kClockLimit = std::chrono::milliseconds(100);

// Of the agents whose clocks are known less exactly; nothing when there are none.
std::optional<proto::Warning> clock_doubt(const std::vector<LeaseRecord>& leases);

}  // namespace loads::broker
