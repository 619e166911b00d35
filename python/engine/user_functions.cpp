#include "python/engine/user_functions.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "engine/user/standalone.h"
#include "engine/user/virtual_user.h"
#include "python/engine/errors.h"
#include "python/engine/this_user.h"
#include "python/engine/twin.h"

namespace loads::python {
namespace {

constexpr double kLongestSleep = 1e9;  // seconds

void parse(PyObject* arguments, const char* format, auto*... into) {
  if (PyArg_ParseTuple(arguments, format, into...) == 0) throw ErrorSet{};
}

PyObject* is_virtual(PyObject*, PyObject*) { return PyBool_FromLong(user::VirtualUser::current() != nullptr); }

PyObject* sleep(PyObject*, PyObject* seconds) {
  return called_by_python([&] {
    const double given = PyFloat_AsDouble(seconds);
    if (PyErr_Occurred() != nullptr) throw ErrorSet{};
    if (std::isnan(given)) {
      PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)");
      throw ErrorSet{};
    }
    const std::chrono::duration<double> time(std::clamp(given, 0.0, kLongestSleep));
    user::VirtualUser* const user = &this_user();
    Twin::perform([user, time] { user->sleep_for(std::chrono::duration_cast<std::chrono::nanoseconds>(time)); });
    return none();
  });
}

PyObject* incr_counter(PyObject*, PyObject* arguments) {
  return called_by_python([&] {
    const char* name = nullptr;
    long long by = 1;
    parse(arguments, "s|L", &name, &by);
    this_user().count(name, by);
    return none();
  });
}

PyObject* trend(PyObject*, PyObject* arguments) {
  return called_by_python([&] {
    const char* name = nullptr;
    double value = 0;
    parse(arguments, "sd", &name, &value);
    this_user().add_to_trend(name, value);
    return none();
  });
}

PyObject* check(PyObject*, PyObject* arguments) {
  return called_by_python([&] {
    const char* name = nullptr;
    int passed = 0;
    parse(arguments, "sp", &name, &passed);
    this_user().count_check(name, passed != 0);
    return Object::borrowed(passed != 0 ? Py_True : Py_False);
  });
}

PyObject* note_failure(PyObject*, PyObject* arguments) {
  return called_by_python([&] {
    const char *message = nullptr, *file = nullptr;
    int line = 0;
    parse(arguments, "ssi", &message, &file, &line);
    this_user().note_failure(false, file, line, message);
    return none();
  });
}

PyObject* note_error(PyObject*, PyObject* arguments) {
  return called_by_python([&] {
    const char *message = nullptr, *location = nullptr;
    parse(arguments, "ss", &message, &location);
    this_user().note_error(message, location);
    return none();
  });
}

PyObject* note_recorded_error(PyObject*, PyObject*) {
  return called_by_python([] {
    this_user().note_recorded_error();
    return none();
  });
}

PyObject* note_skip(PyObject*, PyObject*) {
  return called_by_python([] {
    this_user().note_skip();
    return none();
  });
}

PyObject* end_as_skipped(PyObject*, PyObject*) {
  return called_by_python([] {
    this_user().end_with(metrics::Outcome::skipped);
    return none();
  });
}

PyObject* end_as_error(PyObject*, PyObject*) {
  return called_by_python([] {
    this_user().end_with(metrics::Outcome::error);
    return none();
  });
}

PyObject* server_url(PyObject*, PyObject*) {
  return called_by_python([] { return checked(PyUnicode_FromString(this_user().server_url().c_str())); });
}

PyObject* set_server_url(PyObject*, PyObject* url) {
  return called_by_python([&] {
    this_user().set_server_url(to_string(url));
    return none();
  });
}

PyObject* close_connections(PyObject*, PyObject*) {
  return called_by_python([] {
    user::VirtualUser* const user = &this_user();
    Twin::perform([user] { user->close_connections(); });
    return none();
  });
}

PyObject* set_default_server_url(PyObject*, PyObject* url) {
  return called_by_python([&] {
    this_user().set_default_server_url(to_string(url));
    return none();
  });
}

PyObject* has_sockets(PyObject*, PyObject*) {
  const user::VirtualUser* const alone = user::known_standalone_user();
  return PyBool_FromLong(alone != nullptr && alone->has_sockets());
}

PyObject* seed(PyObject*, PyObject*) {
  return called_by_python([] { return checked(PyLong_FromUnsignedLongLong(this_user().settings().seed)); });
}

PyObject* place(PyObject*, PyObject*) {
  return called_by_python([] {
    const user::VirtualUser& user = this_user();
    const user::Settings& settings = user.settings();
    return checked(Py_BuildValue("(IIKII)", user.index(), user.users(), static_cast<unsigned long long>(user.runs()), settings.agent_index,
                                 settings.agents));
  });
}

PyObject* variables(PyObject*, PyObject*) {
  return called_by_python([] {
    Object all = checked(PyDict_New());
    for (const auto& [name, value] : this_user().settings().variables) {
      const Object text = checked(PyUnicode_DecodeUTF8(value.data(), static_cast<Py_ssize_t>(value.size()), "surrogateescape"));
      if (PyDict_SetItemString(all.get(), name.c_str(), text.get()) != 0) throw ErrorSet{};
    }
    return all;
  });
}

}  // namespace

PyMethodDef user_functions[] = {
    {"is_virtual", is_virtual, METH_NOARGS, "Whether a virtual user runs now."},
    {"sleep", sleep, METH_O, "sleep(seconds): the other virtual users go on meanwhile."},
    {"incr_counter", incr_counter, METH_VARARGS, "incr_counter(name, by=1)"},
    {"trend", trend, METH_VARARGS, "trend(name, value)"},
    {"check", check, METH_VARARGS, "check(name, passed): counted, never failing."},
    {"note_failure", note_failure, METH_VARARGS, "note_failure(message, file, line)"},
    {"note_error", note_error, METH_VARARGS, "note_error(message, location)"},
    {"note_recorded_error", note_recorded_error, METH_NOARGS, "An error that the client has recorded ends the run."},
    {"note_skip", note_skip, METH_NOARGS, "The run is skipped."},
    {"end_as_skipped", end_as_skipped, METH_NOARGS, "The user has nothing to run: one run is counted as skipped."},
    {"end_as_error", end_as_error, METH_NOARGS, "The same, counted as an error."},
    {"server_url", server_url, METH_NOARGS, "The root of relative URLs; empty: none is known."},
    {"set_server_url", set_server_url, METH_O, "set_server_url(url), for this virtual user."},
    {"close_connections", close_connections, METH_NOARGS, "Ends the connections that this virtual user keeps."},
    {"set_default_server_url", set_default_server_url, METH_O, "The same, unless --server-url is given."},
    {"has_sockets", has_sockets, METH_NOARGS, "Whether the thread's own user, beside those of a load test, has web sockets."},
    {"seed", seed, METH_NOARGS, "Of the run."},
    {"place", place, METH_NOARGS, "(user, users, runs so far, agent, agents)"},
    {"variables", variables, METH_NOARGS, "What -e gave."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace loads::python
