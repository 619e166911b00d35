#pragma once

#include "python/engine/python.h"

namespace loads::python {

// loads._engine.Signal in Python, which locks are made of: one virtual user waits for it, once, and anybody gives it, from any thread.
//
//   wait(timeout)   until it was given; False when the time was over first. None: for ever. Of the virtual user whose turn it is.
//   give()
PyObject* make_signal_type(PyObject* module);

}  // namespace loads::python
