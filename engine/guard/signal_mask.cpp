#include "engine/guard/signal_mask.h"

#include <pthread.h>
#include <signal.h>

#include <initializer_list>

namespace loads::guard {

void block_process_signals() {
  sigset_t signals;
  sigfillset(&signals);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigdelset(&signals, fault);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace loads::guard
