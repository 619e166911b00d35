#pragma once

#include "engine/user/virtual_user.h"

namespace loads::python {

// Whose code calls: the virtual user whose turn it is, or, when there is none since Python's unittest or pytest runs the test, a user of
// the thread's own, whose calls block.
user::VirtualUser& this_user();

// What a signal has raised while that user waited (Ctrl-C: KeyboardInterrupt), which has cancelled the wait, is raised again; false: nothing.
bool raise_interruption();

}  // namespace loads::python
