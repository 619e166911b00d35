#pragma once

#include "engine/user/settings.h"
#include "proto/run.h"

namespace loads::runner {

// What the engine is told, as it travels to another process. The other way: ordered_settings().
proto::EngineSettings to_proto(const user::Settings& settings);

}  // namespace loads::runner
