// loads._engine, the extension module: the engine as the package sees it.

#include <initializer_list>

#include "python/engine/python.h"
#include "python/engine/user_functions.h"
#include "python/engine/worker.h"

namespace {

PyModuleDef definition{PyModuleDef_HEAD_INIT, "loads._engine", "The engine of Loads.", -1, nullptr, nullptr, nullptr, nullptr, nullptr};

}  // namespace

PyMODINIT_FUNC PyInit__engine() {
  PyObject* module = PyModule_Create(&definition);
  for (PyMethodDef* functions : {loads::python::user_functions, loads::python::worker_functions}) {
    if (module != nullptr && PyModule_AddFunctions(module, functions) != 0) {
      Py_DECREF(module);
      module = nullptr;
    }
  }
  return module;
}
