#pragma once

#include "python/engine/call.h"

namespace loads::python {

// What exchange() takes for a call; told once.
void set_call_type(PyTypeObject* type);

}  // namespace loads::python
