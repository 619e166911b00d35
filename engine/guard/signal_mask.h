#pragma once

namespace loads::guard {

// For threads that run nothing of a user's: the process's signals (Ctrl-C) are the business of others. Faults still arrive.
void block_process_signals();

}  // namespace loads::guard
