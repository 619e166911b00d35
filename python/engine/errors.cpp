#include "python/engine/errors.h"

#include <exception>
#include <string_view>
#include <typeinfo>

#include <loads/error.h>
#include <loads/feeder.h>

#include "common/failure.h"
#include "engine/fiber/fiber.h"
#include "python/engine/this_user.h"

namespace loads::python {
namespace {

void raise(const char* name, const char* message) noexcept {
  try {
    const Object type = imported("loads.errors", name);
    PyErr_SetString(type.get(), message);
  } catch (const ErrorSet&) {
  }
}

}  // namespace

Object checked(PyObject* object) {
  if (object == nullptr) throw ErrorSet{};
  return Object::owned(object);
}

PyObject* raise_present() noexcept {
  try {
    throw;
  } catch (const ErrorSet&) {
  } catch (const fiber::Cancelled&) {
    if (!raise_interruption()) raise("Cancelled", "the run has ended");
  } catch (const InvalidRequest& error) {
    raise("InvalidRequest", error.what());
  } catch (const Timeout& error) {
    raise("Timeout", error.what());
  } catch (const TlsError& error) {
    raise("TlsError", error.what());
  } catch (const ProxyError& error) {
    raise("ProxyError", error.what());
  } catch (const ConnectionError& error) {
    raise("ConnectionError", error.what());
  } catch (const ContentDecodingError& error) {
    raise("ContentDecodingError", error.what());
  } catch (const RequestFailed& error) {
    raise("InvalidAnswer", error.what());
  } catch (const EndOfRows& error) {
    raise(error.expected() ? "ExpectedEndOfRows" : "EndOfRows", error.what());
  } catch (const FeedError& error) {
    raise("FeedError", error.what());
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  } catch (...) {
    PyErr_SetString(PyExc_SystemError, "an exception that is no std::exception");
  }
  return nullptr;
}

Object imported(const char* module, const char* attribute) {
  const Object found = checked(PyImport_ImportModule(module));
  return checked(PyObject_GetAttrString(found.get(), attribute));
}

std::string to_string(PyObject* text) {
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(text, &size);
  if (bytes == nullptr) throw ErrorSet{};
  return {bytes, static_cast<std::size_t>(size)};
}

std::string take_error_text() {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  const Object own_type = Object::owned(type), own_value = Object::owned(value), own_trace = Object::owned(trace);
  if (!own_value) return "no error";
  const Object name = Object::owned(PyObject_GetAttrString(own_type.get(), "__name__"));
  const Object text = Object::owned(PyObject_Str(own_value.get()));
  PyErr_Clear();
  try {
    return (name ? to_string(name.get()) : "an error") + ": " + (text ? to_string(text.get()) : "of which nothing is known");
  } catch (const ErrorSet&) {
    PyErr_Clear();
    return "an error that cannot be shown";
  }
}

}  // namespace loads::python
