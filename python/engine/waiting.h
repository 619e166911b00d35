#pragma once

#include "python/engine/python.h"

namespace loads::python {

// wait_for_descriptors(pairs, timeout) of the module: until one of the descriptors is ready for one of its events (those of poll(2)), while
// other virtual users go on; gives the pairs of those that are. timeout: seconds; None: for ever.
extern PyMethodDef waiting_functions[];

}  // namespace loads::python
