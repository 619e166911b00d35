#pragma once

#include <vector>

#include "common/metrics/tally.h"
#include "proto/agent_messages.h"

namespace loads::proto {

// `whole` in as many batches as messages can carry: one, as a rule, and more when its slices are too much for one. They are numbered from
// its number on; `before` is the tally of all batches before them. The last one carries the steps, the result and the users. Pure.
std::vector<Batch> packed(Batch whole, const metrics::Tally& before);

}  // namespace loads::proto
