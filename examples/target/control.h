#pragma once

#include "examples/target/counters.h"
#include "examples/target/reply.h"

namespace loads::target {

// Answers the requests about the counts, which are not counted themselves: GET /count, GET /stats, POST /reset-counts. False: `request` is
// none of them.
bool write_control_reply(const Request& request, Counters& counters, Reply& reply);

}  // namespace loads::target
