#pragma once

#include <vector>

#include "engine/user/test_registry.h"
#include "proto/run.h"

namespace loads::python {

// Has the standard library wait as virtual users do (loads/_patching.py). On the main thread, before tests are imported.
void patch_library();

// Has Python say where it is when a test crashes or never waits (loads/_crashes.py). Likewise, with the crash guard installed.
void prepare_for_crashes();

// When they have imported gevent (loads/_gevent.py). Likewise, after load_tests().
void join_gevent();

// Imports the module that `source` names, below the working directory, and finds its tests (loads/_loading.py). On the main thread. Throws
// Failure(cannot_load) with what the author has to know.
std::vector<const user::TestInfo*> load_tests(const proto::TestSource& source);

// Imports what the first request of a test would, so that it need not wait for that once the load has begun. Likewise.
void load_session();

}  // namespace loads::python
