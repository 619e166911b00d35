#include "python/engine/this_user.h"

#include "engine/user/standalone.h"
#include "python/engine/python.h"

namespace loads::python {
namespace {

thread_local PyThreadState* waiting = nullptr;

// Other threads of Python go on while this one waits.
user::VirtualUser& prepared_standalone_user() {
  user::VirtualUser* const known = user::known_standalone_user();
  if (known != nullptr) return *known;
  user::VirtualUser& alone = user::standalone_user();
  alone.context().loop.around_wait([] { waiting = PyEval_SaveThread(); }, [] { PyEval_RestoreThread(waiting); });
  return alone;
}

}  // namespace

user::VirtualUser& this_user() {
  user::VirtualUser* const user = user::VirtualUser::current();
  return user != nullptr ? *user : prepared_standalone_user();
}

}  // namespace loads::python
