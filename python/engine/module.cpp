// loads._engine, the extension module: the engine as the package sees it.

#include <initializer_list>

#include "python/engine/answer.h"
#include "python/engine/call.h"
#include "python/engine/feed.h"
#include "python/engine/forked.h"
#include "python/engine/gevent.h"
#include "python/engine/python.h"
#include "python/engine/signal.h"
#include "python/engine/traces.h"
#include "python/engine/user_functions.h"
#include "python/engine/waiting.h"
#include "python/engine/web_socket.h"
#include "python/engine/worker.h"

namespace {

using namespace loads::python;

PyModuleDef definition{PyModuleDef_HEAD_INIT, "loads._engine", "The engine of Loads.", -1, nullptr, nullptr, nullptr, nullptr, nullptr};

bool fill(PyObject* module) {
  for (PyMethodDef* functions :
       {user_functions, call_functions, web_socket_functions, waiting_functions, trace_functions, gevent_functions, worker_functions}) {
    if (PyModule_AddFunctions(module, functions) != 0) return false;
  }
  for (PyObject* type :
       {make_call_type(module), make_answer_type(module), make_web_socket_type(module), make_feed_type(module), make_signal_type(module)}) {
    if (type == nullptr || PyModule_AddType(module, reinterpret_cast<PyTypeObject*>(type)) != 0) return false;
  }
  return true;
}

}  // namespace

PyMODINIT_FUNC PyInit__engine() {  // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)
  PyObject* const module = PyModule_Create(&definition);
  leave_users_to_parent();
  if (module == nullptr || fill(module)) return module;
  Py_DECREF(module);
  return nullptr;
}
