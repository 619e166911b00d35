#pragma once

#include "python/engine/python.h"

namespace loads::python {

// run_worker() of the module: the life of a worker process, `python3 -m loads.worker` (runner/worker/worker.h). The tests run on the
// calling thread, Python's main thread; another one talks to whoever has started the process. Gives the exit code.
extern PyMethodDef worker_functions[];

}  // namespace loads::python
