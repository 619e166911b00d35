#pragma once

#include <string>

#include "proto/console_messages.h"
#include "runner/cluster/broker_address.h"
#include "runner/options/options.h"
#include "runner/report/report.h"

namespace loads::runner {

// What is asked of a broker beside running a test: --ping-broker and its like, all but --attach. Prints to stdout and returns the exit
// code.
int run_cluster_command(const Options& options, const BrokerAddress& address);

// The report of a run that is over, of that name. Throws Failure: when there is none, when it goes on, when nothing was sent.
Report stored_report(const Options& options, const BrokerAddress& address, const std::string& run);

// What they print. Pure.
std::string ping_text(const proto::Pong& pong);
std::string runs_text(const proto::Pong& pong);

struct Health {
  std::string text;
  int exit_code = 0;  // 5 when no agent is free or one is lost, 4 when the broker itself is in trouble
};
Health health_of(const proto::Pong& pong);

}  // namespace loads::runner
