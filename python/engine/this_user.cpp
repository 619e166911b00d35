#include "python/engine/this_user.h"

#include <unistd.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "engine/user/standalone.h"
#include "python/engine/object.h"

namespace loads::python {
namespace {

thread_local PyThreadState* waiting = nullptr;
thread_local bool users_run_here = false;
std::string url_of_parent;

struct Interruption {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
};
thread_local Interruption interruption;

// Python has a thread that wants its lock unwound when the process is about to end, which no frame of C++ above would survive: the thread
// stays here until the process has ended.
class StaysWhenUnwound {
 public:
  StaysWhenUnwound() = default;
  StaysWhenUnwound(const StaysWhenUnwound&) = delete;
  StaysWhenUnwound& operator=(const StaysWhenUnwound&) = delete;
  ~StaysWhenUnwound() {
    while (!done_) ::pause();
  }
  void done() { done_ = true; }

 private:
  bool done_ = false;
};

void lock_python(PyThreadState* state) {
  StaysWhenUnwound guard;
  PyEval_RestoreThread(state);
  guard.done();
}

void heed_signals(fiber::Loop& loop) {
  if (PyErr_CheckSignals() == 0) return;
  PyErr_Fetch(&interruption.type, &interruption.value, &interruption.trace);
  loop.cancel_all();
}

// When Python's thread ends, with Python's lock held.
void drop_user(PyObject*) { user::drop_standalone_user(); }

void drop_at_end_of_thread() {
  if (::gettid() == ::getpid()) return;  // its end is that of the process
  PyObject* const of_thread = PyThreadState_GetDict();
  const Object capsule = Object::owned(PyCapsule_New(&waiting, nullptr, drop_user));
  if (of_thread == nullptr || !capsule || PyDict_SetItemString(of_thread, "loads.user", capsule.get()) != 0) PyErr_Clear();
}

// Other threads of Python go on while this one waits.
user::VirtualUser& prepared_standalone_user() {
  user::VirtualUser* const known = user::known_standalone_user();
  if (known != nullptr) return *known;
  user::VirtualUser& alone = user::standalone_user();
  if (!url_of_parent.empty()) alone.set_server_url(url_of_parent);
  drop_at_end_of_thread();
  fiber::Loop& loop = alone.context().loop;
  loop.around_wait(
      [](int, int timeout) {
        waiting = PyEval_SaveThread();
        return timeout;
      },
      [&loop] {
        lock_python(waiting);
        heed_signals(loop);
      });
  return alone;
}

}  // namespace

user::VirtualUser& this_user() {
  user::VirtualUser* const user = user::VirtualUser::current();
  if (user != nullptr) return *user;
  if (users_run_here) {
    throw std::logic_error(
        "this is no virtual user's code, but a greenlet that has been spawned: what it sends would be in no report. Leave requests, web "
        "sockets and counters to the test itself");
  }
  return prepared_standalone_user();
}

void leave_user_to_parent() {
  const user::VirtualUser* const user =
      user::VirtualUser::current() != nullptr ? user::VirtualUser::current() : user::known_standalone_user();
  if (user != nullptr) url_of_parent = user->server_url();
  user::VirtualUser::enter(nullptr);
  user::leave_standalone_user_to_parent();
  users_run_here = false;
}

UsersRunHere::UsersRunHere() { users_run_here = true; }
UsersRunHere::~UsersRunHere() { users_run_here = false; }

bool raise_interruption() {
  const Interruption raised = std::exchange(interruption, {});
  if (raised.type == nullptr) return false;
  PyErr_Restore(raised.type, raised.value, raised.trace);
  return true;
}

}  // namespace loads::python
