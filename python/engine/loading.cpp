#include "python/engine/loading.h"

#include <deque>
#include <filesystem>
#include <string>

#include "common/failure.h"
#include "python/engine/case.h"
#include "python/engine/errors.h"
#include "runner/load/select.h"

namespace loads::python {
namespace {

// They live as long as the process, as those of C++ modules do.
std::deque<PythonTest>& known_tests() {
  static auto* const tests = new std::deque<PythonTest>;
  return *tests;
}

// loads._loading.LoadError has the parts of a Failure; anything else is an error of ours.
[[noreturn]] void throw_failure() {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  const Object own_type = Object::owned(type), own_value = Object::owned(value), own_trace = Object::owned(trace);
  const Object id = Object::owned(PyObject_GetAttrString(own_value.get(), "id"));
  PyErr_Clear();
  const Object text = Object::owned(PyObject_Str(own_value.get()));
  throw Failure(id ? exit_code::cannot_load : exit_code::internal, text ? to_string(text.get()) : "the test cannot be loaded",
                id ? to_string(id.get()) : "internal");
}

const PythonTest& make_test(PyObject* entry) {
  const char *class_name = nullptr, *name = nullptr, *file = nullptr;
  int line = 0, weight = 1;
  PyObject* type = nullptr;
  if (PyArg_ParseTuple(entry, "sssiiO", &class_name, &name, &file, &line, &weight, &type) == 0) throw ErrorSet{};
  return known_tests().emplace_back(class_name, name, file, line, weight, Object::borrowed(type));
}

runner::Module load_module(const std::string& path, const std::string& class_name) {
  const Object load = imported("loads._loading", "load");
  const Object found = checked(PyObject_CallFunction(load.get(), "ss", path.c_str(), class_name.c_str()));
  runner::Module module{std::filesystem::path(path).filename().string(), {}};
  const Py_ssize_t count = PyList_Size(found.get());
  for (Py_ssize_t i = 0; i < count; ++i) module.tests.push_back(&make_test(PyList_GetItem(found.get(), i)));
  return module;
}

// Of the class that is run.
void register_thresholds(const PythonTest& test) {
  const Object found = checked(PyObject_CallFunctionObjArgs(imported("loads._loading", "thresholds").get(), test.type.get(), nullptr));
  const Py_ssize_t count = PyList_Size(found.get());
  for (Py_ssize_t i = 0; i < count; ++i) user::register_threshold(test.class_name_text, to_string(PyList_GetItem(found.get(), i)));
}

void call(const char* module, const char* function) {
  try {
    checked(PyObject_CallNoArgs(imported(module, function).get()));
  } catch (const ErrorSet&) {
    throw Failure(exit_code::internal, std::string(module) + "." + function + "() has failed: " + take_error_text(), "internal");
  }
}

}  // namespace

void patch_library() { call("loads._patching", "patch"); }

void join_gevent() { call("loads._gevent", "join"); }

void prepare_for_crashes() { call("loads._crashes", "prepare"); }

std::vector<const user::TestInfo*> load_tests(const proto::TestSource& source) {
  try {
    auto tests = runner::select_tests(load_module(source.module, source.class_name), source.class_name, source.test_name);
    register_thresholds(static_cast<const PythonTest&>(*tests.front()));
    return tests;
  } catch (const ErrorSet&) {
    throw_failure();
  }
}

void load_session() {
  try {
    imported("loads.session", "Session");
  } catch (const ErrorSet&) {
    throw_failure();
  }
}

}  // namespace loads::python
