#pragma once

namespace loads::user {

class VirtualUser;

// A virtual user of this thread's own, for tests that GoogleTest runs alone: no load, no report, and each call blocks the thread. Its
// server URL is that of the environment variable LOADS_OPT_SERVER_URL, as loads-runner's would be.
VirtualUser& standalone_user();

// The same if this thread has one, else null.
VirtualUser* known_standalone_user();

// Ends it, with its connections; the answers that it has had may live on.
void drop_standalone_user();

// In a process that was forked: the user is the parent's, whose connections he has. The next call of the above makes another.
void leave_standalone_user_to_parent();

}  // namespace loads::user
