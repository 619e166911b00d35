#include "python/engine/this_user.h"

#include <utility>

#include "engine/user/standalone.h"
#include "python/engine/python.h"

namespace loads::python {
namespace {

thread_local PyThreadState* waiting = nullptr;

struct Interruption {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
};
thread_local Interruption interruption;

void heed_signals(fiber::Loop& loop) {
  if (PyErr_CheckSignals() == 0) return;
  PyErr_Fetch(&interruption.type, &interruption.value, &interruption.trace);
  loop.cancel_all();
}

// Other threads of Python go on while this one waits.
user::VirtualUser& prepared_standalone_user() {
  user::VirtualUser* const known = user::known_standalone_user();
  if (known != nullptr) return *known;
  user::VirtualUser& alone = user::standalone_user();
  fiber::Loop& loop = alone.context().loop;
  loop.around_wait([] { waiting = PyEval_SaveThread(); },
                   [&loop] {
                     PyEval_RestoreThread(waiting);
                     heed_signals(loop);
                   });
  return alone;
}

}  // namespace

user::VirtualUser& this_user() {
  user::VirtualUser* const user = user::VirtualUser::current();
  return user != nullptr ? *user : prepared_standalone_user();
}

bool raise_interruption() {
  const Interruption raised = std::exchange(interruption, {});
  if (raised.type == nullptr) return false;
  PyErr_Restore(raised.type, raised.value, raised.trace);
  return true;
}

}  // namespace loads::python
