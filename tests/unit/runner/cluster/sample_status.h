#pragma once

#include <chrono>
#include <string>

#include "proto/console_messages.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {

inline proto::AgentShare sample_share(proto::Lease lease, const std::string& agent, std::uint32_t users) {
  proto::AgentShare share;
  share.lease = lease;
  share.agent = agent;
  share.users = users;
  return share;
}

// A run of two agents that has lasted three minutes, its first half.
inline proto::RunStatus sample_status() {
  proto::RunStatus status;
  status.run = "4f1c09ab";
  status.state = proto::RunState::running;
  status.plan.test = "example.TestWebSite.test_es";
  status.plan.steps = {plan::Step{100, 10, std::nullopt}};
  status.plan.agents = 2;
  status.started = sample_time();
  status.duration = std::chrono::minutes(3);
  status.agents = {sample_share(1, "host1/11", 100), sample_share(2, "host2/22", 100)};
  for (proto::AgentShare& share : status.agents) share.fraction = 0.5;
  return status;
}

}  // namespace loads::runner
