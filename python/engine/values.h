#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "python/engine/errors.h"

namespace loads::python {

// Arguments that Python has given, as values of C++. All throw ErrorSet when they are something else.

// Seconds. None, null, infinity and what lasts for ever: nothing. Below 0 is 0.
std::optional<std::chrono::nanoseconds> seconds_of(PyObject* number);

std::string bytes_of(PyObject* bytes);

template <typename Visit>
void for_each(PyObject* sequence, Visit&& visit) {
  const Object iterator = checked(PyObject_GetIter(sequence));
  while (const Object item = Object::owned(PyIter_Next(iterator.get()))) visit(item.get());
  if (PyErr_Occurred() != nullptr) throw ErrorSet{};
}

std::vector<std::string> texts_of(PyObject* sequence);
std::vector<std::pair<std::string, std::string>> pairs_of(PyObject* sequence);

inline Object text_object(std::string_view text) {
  return checked(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

}  // namespace loads::python
