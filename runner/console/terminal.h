#pragma once

#include "runner/console/progress.h"

namespace loads::runner {

// The width of the terminal at `descriptor` now; 80 when it is none or does not say.
int terminal_columns(int descriptor);

// quiet when asked for, live on a terminal that understands control sequences, else lines.
ProgressStyle progress_style(bool quiet, int descriptor);

}  // namespace loads::runner
