#pragma once

#include <pthread.h>

#include <string>
#include <vector>

#include "python/engine/python.h"

namespace loads::python {

// Where Python's code is on a thread that does not let go: "example.py:12 in test_spin", the innermost first, without frames of the
// package. faulthandler finds it in a signal handler, so Python's lock, which that thread may hold, is not needed. Native frames when there
// are none.
std::vector<std::string> locate(pthread_t thread);

// prepare_traces() and use_traces(descriptor, folder) of the module, for loads/_crashes.py: the signal (SIGURG) is handled from the first
// one on; faulthandler, which is then put before that handler, writes to the descriptor. folder: the package's. running_test():
// "Class.test".
extern PyMethodDef trace_functions[];

}  // namespace loads::python
