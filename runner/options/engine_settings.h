#pragma once

#include "engine/user/settings.h"
#include "runner/options/options.h"

namespace loads::runner {

// What the engine is told of the options; where they leave the seed open, a random one.
user::Settings engine_settings(const Options& options);

}  // namespace loads::runner
