#pragma once

#include <string>
#include <utility>

#include "python/engine/object.h"

namespace loads::python {

// Thrown where Python's error indicator is set, up to the function that Python has called.
struct ErrorSet {};

// `object`, which a function of Python has given; throws ErrorSet when it gave null.
Object checked(PyObject* object);

// Makes Python's exceptions of those of C++. The classes are in loads.errors.
PyObject* raise_present() noexcept;  // within a catch block; null, for the caller to return

// Calls `body`, which gives a new reference, from a function that Python has called.
template <typename Body>
PyObject* called_by_python(Body&& body) noexcept {
  try {
    return std::forward<Body>(body)().release();
  } catch (...) {
    return raise_present();
  }
}

inline Object none() { return Object::borrowed(Py_None); }

// The attribute of a module of the package, imported: ("loads._running", "run").
Object imported(const char* module, const char* attribute);

// Python's text as bytes in UTF-8.
std::string to_string(PyObject* text);

// What the indicator holds, "ValueError: no such thing", which is cleared.
std::string take_error_text();

}  // namespace loads::python
