#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/plan/plan.h"
#include "engine/user/settings.h"
#include "engine/user/share.h"
#include "engine/user/test_registry.h"
#include "proto/run.h"

namespace loads::runner {

// What a share is made of: the work that an agent orders from its worker.
struct ShareWork {
  std::string run;  // its name
  proto::TestSource test;
  plan::Plan plan;
  user::Settings settings;
  user::Share::Sink sink;
  user::Share::StepDone step_done;
  std::function<void()> while_loading{};  // called now and then when that takes its time; null, or may throw to give up
};

// Who does it depends on the test. Throws Failure, and std::invalid_argument when the work makes no sense.
using MakeShare = std::function<std::unique_ptr<user::Share>(ShareWork)>;

// By threads of this process: of the test that the work names, or of these, which were loaded before.
std::unique_ptr<user::Share> make_thread_share(ShareWork work);
MakeShare thread_share_of(std::vector<const user::TestInfo*> tests);

}  // namespace loads::runner
