#pragma once

#include <filesystem>

#include "agent/core/agent.h"

namespace loads::agent {

// Who this agent is: its id and the number of its starts are kept in its state folder, and the number is one more on the disk when this
// returns. Throws loads::Failure(exit_code::local_resource).
Identity own_identity(const std::filesystem::path& state);

}  // namespace loads::agent
