#include "python/engine/values.h"

#include <algorithm>
#include <cmath>

namespace loads::python {
namespace {

constexpr double kLongest = 1e9;  // seconds

}  // namespace

std::optional<std::chrono::nanoseconds> seconds_of(PyObject* number) {
  if (number == nullptr || number == Py_None) return {};
  const double seconds = PyFloat_AsDouble(number);
  if (PyErr_Occurred() != nullptr) throw ErrorSet{};
  if (!std::isfinite(seconds) || seconds > kLongest) return {};
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(std::max(seconds, 0.0)));
}

std::string bytes_of(PyObject* object) {
  char* bytes = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(object, &bytes, &size) != 0) throw ErrorSet{};
  return {bytes, static_cast<std::size_t>(size)};
}

std::vector<std::string> texts_of(PyObject* sequence) {
  std::vector<std::string> texts;
  for_each(sequence, [&](PyObject* text) { texts.push_back(to_string(text)); });
  return texts;
}

std::vector<std::pair<std::string, std::string>> pairs_of(PyObject* sequence) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for_each(sequence, [&](PyObject* pair) {
    const char *first = nullptr, *second = nullptr;
    if (PyArg_ParseTuple(pair, "ss", &first, &second) == 0) throw ErrorSet{};
    pairs.emplace_back(first, second);
  });
  return pairs;
}

}  // namespace loads::python
