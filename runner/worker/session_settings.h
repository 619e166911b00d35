#pragma once

#include "engine/session/settings.h"
#include "proto/session_settings.h"

namespace loads::runner {

// What is made of answers, as the engine has it and as it travels to an agent.
proto::SessionSettings to_proto(const session::ConversationSettings& settings);
session::ConversationSettings from_proto(const proto::SessionSettings& settings);  // throws Failure when the .netrc cannot be read

}  // namespace loads::runner
