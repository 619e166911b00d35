#include "python/engine/forked.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

#include "python/engine/this_user.h"
#include "python/engine/twin.h"
#include "runner/worker/interrupts.h"

namespace loads::python {
namespace {

bool forked = false;
thread_local sigset_t mask_before_fork;

// One that comes before the child heeds them would be lost.
void hold_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &mask_before_fork);
}

void let_signals_come() { ::pthread_sigmask(SIG_SETMASK, &mask_before_fork, nullptr); }

void on_fork() {
  forked = true;
  runner::heed_interrupts();
  let_signals_come();
  Twin::leave_to_parent();
  leave_user_to_parent();
}

}  // namespace

void leave_users_to_parent() { [[maybe_unused]] static const int registered = ::pthread_atfork(hold_signals, let_signals_come, on_fork); }

void end_if_forked(bool well) {
  if (forked) ::_exit(well ? 0 : 1);
}

}  // namespace loads::python
