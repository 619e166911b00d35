#pragma once

#include "runner/options/given.h"
#include "runner/worker/share_work.h"

namespace loads::runner {

// `loads-runner --worker`: does an agent's share of a run. The agent has started this process in the folder of the unpacked bundle and
// talks to it over an inherited socket (proto/frame_stream.h), whose number is in LOADS_WORKER_SOCKET; LOADS_BLACK_BOX may name a black
// box.
//
// A test that cannot be loaded is an answer to the agent, not an exit. After its last batch the worker waits until the agent closes the
// socket, 5 s at most; when the agent has gone it ends at once. Ctrl-C in the agent's terminal is the agent's business.
// Returns the exit code; throws Failure when it is started by anything but an agent.
int run_worker(const Environment& environment, const MakeShare& make_share);

}  // namespace loads::runner
