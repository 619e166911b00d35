#pragma once

#include "engine/user/context.h"

namespace loads::python {

// What unittest does once for a class or a module, when its last test has ended: tearDownClass, tearDownModule and class clean-ups, called
// by a virtual user of their own. What goes wrong in them is an error of the run. On the main thread, when the loop has no fiber.
void tear_down_classes(user::Context& context);

}  // namespace loads::python
