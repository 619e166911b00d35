#pragma once

#include "proto/run.h"
#include "runner/load/load_test.h"

namespace loads::runner {

// What another process is told to find the same test. A module of C++ is the shared object that was made of it, by its name alone.
proto::TestSource source_of(const LoadedTest& loaded);

}  // namespace loads::runner
