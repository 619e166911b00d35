#pragma once

#include "runner/cluster/broker_address.h"
#include "runner/cluster/order.h"
#include "runner/options/options.h"

namespace loads::runner {

// Runs a test at a broker's agents, and returns the exit code. Throws Failure for what ends it without a result.
int run_on_cluster(const Options& options, const BrokerAddress& address, Order order);

// Comes back to a run: --attach.
int attach_to_run(const Options& options, const BrokerAddress& address);

}  // namespace loads::runner
