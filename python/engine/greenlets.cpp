#include "python/engine/greenlets.h"

#include "python/engine/errors.h"

#ifdef __SANITIZE_ADDRESS__
extern "C" void __asan_handle_no_return();
#endif

namespace loads::python::greenlets {
namespace {

enum Function { kNew = 3, kGetCurrent = 4, kSwitch = 6 };

using New = PyObject* (*)(PyObject* run, PyObject* parent);
using GetCurrent = PyObject* (*)();
using Switch = PyObject* (*)(PyObject* greenlet, PyObject* arguments, PyObject* keywords);

void** table = nullptr;

// A switch copies the stack with all that AddressSanitizer guards in it, and afterwards it knows of the frames that were there before.
void forget_frames() {
#ifdef __SANITIZE_ADDRESS__
  __asan_handle_no_return();
#endif
}

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

void switch_to(PyObject* to) { checked(exchange_with(to).release()); }

Object exchange_with(PyObject* to) {
  forget_frames();
  Object brought = Object::owned(function<Switch>(kSwitch)(to, nullptr, nullptr));
  forget_frames();
  return brought;
}

}  // namespace loads::python::greenlets
