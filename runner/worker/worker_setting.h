#pragma once

#include <filesystem>
#include <memory>

#include "common/descriptor.h"
#include "common/environment.h"
#include "common/target_rules.h"
#include "engine/user/settings.h"

namespace loads::runner {

// What a worker is told by whoever starts it, which is an agent, or the process whose share it does together with others.
struct WorkerSetting {
  Descriptor socket;                                // LOADS_WORKER_SOCKET: its number
  std::filesystem::path black_box;                  // LOADS_BLACK_BOX; empty: none
  std::shared_ptr<const TargetRules> target_rules;  // LOADS_ALLOW_TARGETS: one a line
  user::Part part;                                  // LOADS_WORKER_PART: "1/4" is the second of four
  user::TraceLevel trace = user::TraceLevel::off;   // LOADS_WORKER_TRACE: 0, 1 or 2
};

// Takes it out of the environment, too: the tests of the run, and what they start, neither see the socket nor inherit it. Throws Failure
// when there is none, or what is told makes no sense.
WorkerSetting worker_setting(const Environment& environment);

}  // namespace loads::runner
