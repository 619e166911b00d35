#pragma once

namespace loads::python {

// A process that a test, or its module, forks (os.fork(), multiprocessing) has a copy of the virtual users in the middle of what they do.
// It is none of the run: it sends nothing for them, and ends where it would go on with them. What it does itself works as in a process that
// runs no users, and is in no report.
//
// Once for each process, before anybody forks.
void leave_users_to_parent();

// Ends a process that was forked; called wherever code of Python has returned to the engine.
void end_if_forked(bool well);

}  // namespace loads::python
