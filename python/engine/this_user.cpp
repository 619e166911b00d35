#include "python/engine/this_user.h"

#include "engine/user/standalone.h"
#include "python/engine/object.h"

namespace loads::python {
namespace {

thread_local PyThreadState* waiting = nullptr;

// When Python's thread ends, with Python's lock held.
void drop_user(PyObject*) { user::drop_standalone_user(); }

void drop_at_end_of_thread() {
  PyObject* const of_thread = PyThreadState_GetDict();
  const Object capsule = Object::owned(PyCapsule_New(&waiting, nullptr, drop_user));
  if (of_thread == nullptr || !capsule || PyDict_SetItemString(of_thread, "loads.user", capsule.get()) != 0) PyErr_Clear();
}

// Other threads of Python go on while this one waits.
user::VirtualUser& prepared_standalone_user() {
  user::VirtualUser* const known = user::known_standalone_user();
  if (known != nullptr) return *known;
  user::VirtualUser& alone = user::standalone_user();
  drop_at_end_of_thread();
  alone.context().loop.around_wait([] { waiting = PyEval_SaveThread(); }, [] { PyEval_RestoreThread(waiting); });
  return alone;
}

}  // namespace

user::VirtualUser& this_user() {
  user::VirtualUser* const user = user::VirtualUser::current();
  return user != nullptr ? *user : prepared_standalone_user();
}

}  // namespace loads::python
