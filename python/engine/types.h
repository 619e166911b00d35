#pragma once

#include "python/engine/object.h"

namespace loads::python {

// What the types of the extension module have in common: an object of Python with a C++ value in it.
template <typename Value>
struct Boxed {
  PyObject_HEAD Value value;
};

template <typename Value>
Value& unboxed(PyObject* object) {
  return reinterpret_cast<Boxed<Value>*>(object)->value;
}

// A new object of `type` that holds `value`.
template <typename Value>
Object boxed(PyTypeObject* type, Value value) {
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  Object object = Object::owned(allocate(type, 0));
  if (object) new (&unboxed<Value>(object.get())) Value(std::move(value));
  return object;
}

// Slot Py_tp_dealloc of such a type.
template <typename Value>
void deallocate(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  unboxed<Value>(object).~Value();
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(object);
  Py_DECREF(type);
}

}  // namespace loads::python
