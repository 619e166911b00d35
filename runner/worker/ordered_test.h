#pragma once

#include <memory>
#include <vector>

#include "common/black_box.h"
#include "common/plan/plan.h"
#include "engine/user/settings.h"
#include "engine/user/test_registry.h"
#include "proto/agent_messages.h"

namespace loads::runner {

// What a worker makes of the order that its agent hands it: the tests to run, and what the engine is told.

// The module of an order, which comes from the network, is one of the bundle, and made for this machine. Throws Failure(cannot_load).
void check_ordered_module(const proto::TestSource& source);

// The tests of a URL, or of a module below the working directory, which is the unpacked bundle. Throws Failure: usage or cannot_load.
std::vector<const user::TestInfo*> load_ordered_test(const proto::TestSource& source);

// Times that no clock could carry are cut to ten years.
plan::Plan ordered_plan(const proto::Prepare& prepare);
user::Settings ordered_settings(const proto::Prepare& prepare, std::shared_ptr<BlackBox> black_box,
                                std::shared_ptr<const TargetRules> target_rules);

}  // namespace loads::runner
