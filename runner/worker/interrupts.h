#pragma once

namespace loads::runner {

// SIGINT and SIGTERM do nothing to this process, whose parent decides what becomes of it; but they do to the programs that it starts, which
// would inherit a signal that is really ignored.
void ignore_interrupts();

// In a process that was forked: they do again what they did before.
void heed_interrupts();

}  // namespace loads::runner
