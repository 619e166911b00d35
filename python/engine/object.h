#pragma once

#include <utility>

#include "python/engine/python.h"

namespace loads::python {

// A reference to a Python object, or null. Whoever makes, copies or drops one holds Python's lock (GIL).
class Object {
 public:
  Object() = default;
  static Object owned(PyObject* object) { return Object(object); }  // takes the caller's reference over; null is taken as it is
  static Object borrowed(PyObject* object) {
    Py_XINCREF(object);
    return Object(object);
  }
  Object(const Object& other) : object_(other.object_) { Py_XINCREF(object_); }
  Object(Object&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Object& operator=(Object other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Object() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  explicit Object(PyObject* object) : object_(object) {}

  PyObject* object_ = nullptr;
};

}  // namespace loads::python
