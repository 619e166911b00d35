#include "python/engine/greenlets.h"

#include "python/engine/errors.h"

namespace loads::python::greenlets {
namespace {

enum Function { kNew = 3, kGetCurrent = 4, kSwitch = 6 };

using New = PyObject* (*)(PyObject* run, PyObject* parent);
using GetCurrent = PyObject* (*)();
using Switch = PyObject* (*)(PyObject* greenlet, PyObject* arguments, PyObject* keywords);

void** table = nullptr;

template <typename Signature>
Signature function(Function index) {
  return reinterpret_cast<Signature>(table[index]);
}

}  // namespace

void import() {
  if (table != nullptr) return;
  checked(PyImport_ImportModule("greenlet"));
  table = static_cast<void**>(PyCapsule_Import("greenlet._C_API", 0));
  if (table == nullptr) throw ErrorSet{};
}

Object make(PyObject* run, PyObject* parent) { return checked(function<New>(kNew)(run, parent)); }

Object current() { return checked(function<GetCurrent>(kGetCurrent)()); }

void switch_to(PyObject* to) { checked(function<Switch>(kSwitch)(to, nullptr, nullptr)); }

Object exchange_with(PyObject* to) { return Object::owned(function<Switch>(kSwitch)(to, nullptr, nullptr)); }

}  // namespace loads::python::greenlets
