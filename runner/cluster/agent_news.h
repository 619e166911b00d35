#pragma once

#include <string>
#include <vector>

#include "proto/run.h"
#include "runner/console/status_line.h"

namespace loads::runner {

// What a user is told at once of a run's agents, and of its load: lines such as "lost agent host2/4711 at 03:12: 100 of 500 users gone."
// for what has changed from one state of the run to the next. Pure.
std::vector<std::string> agent_news(const proto::RunStatus& before, const proto::RunStatus& now);

// How many agents are at work, or have done what they should.
AgentCount agent_count(const proto::RunStatus& status);

}  // namespace loads::runner
