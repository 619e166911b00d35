#pragma once

#include "engine/user/connection_settings.h"
#include "proto/connection_settings.h"

namespace loads::runner {

// How to connect to the target, as the engine has it and as it travels to an agent.
proto::ConnectionSettings to_proto(const user::ConnectionSettings& settings);
user::ConnectionSettings from_proto(const proto::ConnectionSettings& settings);

}  // namespace loads::runner
