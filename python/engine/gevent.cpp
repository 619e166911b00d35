#include "python/engine/gevent.h"

#include <stdexcept>

#include "python/engine/errors.h"
#include "python/engine/twin.h"

namespace loads::python {
namespace {

// Kept for ever.
PyObject* the_hub = nullptr;
PyObject* waiter = nullptr;  // a function of loads._gevent

PyObject* use_gevent(PyObject*, PyObject* arguments) {
  PyObject *hub = nullptr, *function = nullptr;
  if (PyArg_ParseTuple(arguments, "OO", &hub, &function) == 0) return nullptr;
  the_hub = Object::borrowed(hub).release();
  waiter = Object::borrowed(function).release();
  Py_RETURN_NONE;
}

PyObject* is_user(PyObject*, PyObject*) { return PyBool_FromLong(Twin::current() != nullptr); }

PyObject* await_switch(PyObject*, PyObject*) {
  return called_by_python([] {
    if (Twin::current() == nullptr) throw std::logic_error("no virtual user's greenlet runs");
    return Twin::await_switch();
  });
}

}  // namespace

int gevent::wait(int descriptor, int timeout) {
  if (waiter == nullptr) return timeout;
  const Object done = Object::owned(PyObject_CallFunction(waiter, "ii", descriptor, timeout));
  if (!done) PyErr_WriteUnraisable(waiter);
  return 0;
}

PyObject* gevent::hub() { return the_hub; }

PyMethodDef gevent_functions[] = {
    {"use_gevent", use_gevent, METH_VARARGS,
     "use_gevent(hub, function): called with a descriptor and a timeout wherever the engine waits."},
    {"is_user", is_user, METH_NOARGS, "Whether the greenlet of a virtual user runs."},
    {"await_switch", await_switch, METH_NOARGS, "What the hub's switch to this greenlet brings."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace loads::python
