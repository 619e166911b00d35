#pragma once

#include "engine/user/virtual_user.h"

namespace loads::python {

// Whose code calls: the virtual user whose turn it is, or, when there is none since Python's unittest or pytest runs the test, a user of
// the thread's own, whose calls block. Throws std::logic_error where virtual users run and it is nobody's turn.
user::VirtualUser& this_user();

// The time in which virtual users run on this thread.
class UsersRunHere {
 public:
  UsersRunHere();
  ~UsersRunHere();
  UsersRunHere(const UsersRunHere&) = delete;
  UsersRunHere& operator=(const UsersRunHere&) = delete;
};

// In a process that was forked: the users are its parent's. It keeps the server URL of the one whose code it goes on with.
void leave_user_to_parent();

// What a signal has raised while that user waited (Ctrl-C: KeyboardInterrupt), which has cancelled the wait, is raised again; false:
// nothing.
bool raise_interruption();

}  // namespace loads::python
