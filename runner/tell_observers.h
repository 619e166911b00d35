#pragma once

#include <ostream>
#include <vector>

#include "proto/observer.h"
#include "runner/report/report.h"
#include "runner/signals.h"

namespace loads::runner {

// Tells `observers` of a run of this machine that is over, and waits until each knows it or is given up; a signal ends that at once. Who
// was not told stands in `errors`. Of a broker's runs the broker tells.
void tell_observers(const std::vector<proto::Observer>& observers, const Report& report, Signals& signals, std::ostream& errors);

}  // namespace loads::runner
