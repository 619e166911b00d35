#pragma once

#include "python/engine/python.h"

namespace loads::python {

// What the package calls for the virtual user whose turn it is: sleeping, counting, and telling what went wrong. A table for PyModuleDef.
extern PyMethodDef user_functions[];

}  // namespace loads::python
