#pragma once

#include "runner/cluster/broker_address.h"
#include "runner/cluster/order.h"
#include "runner/options/options.h"
#include "runner/report/report.h"
#include "runner/signals.h"

namespace loads::runner {

// Runs a test at a broker's agents, and returns the exit code. Throws Failure for what ends it without a result.
int run_on_cluster(const Options& options, const BrokerAddress& address, Order order);

// The same for one run of several: Ctrl-C stops it, nothing is printed but its progress, and what it came to is returned. `signals`
// outlives the runs, so that none gets lost between them. Throws Failure for what ends it without figures.
Report run_once_on_cluster(const Options& options, const BrokerAddress& address, Order order, Signals& signals);

// Comes back to a run: --attach.
int attach_to_run(const Options& options, const BrokerAddress& address);

}  // namespace loads::runner
