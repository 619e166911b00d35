#pragma once

namespace loads::runner {

// Stdout for the result alone (--json -): what a test, or one of its processes, prints there goes to stderr from here on. Throws
// Failure(local_resource).
void reserve_stdout();

// Stdout is itself again, when it was reserved: the result is about to be written.
void give_stdout_back();

}  // namespace loads::runner
