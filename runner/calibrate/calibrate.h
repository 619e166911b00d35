#pragma once

#include "proto/calibration.h"

namespace loads::runner {

// Measures what this machine can do, in some seconds, by load on a server of its own: for loads-agent, which does not know the engine.
// Throws Failure.
proto::Calibration calibrate();

}  // namespace loads::runner
