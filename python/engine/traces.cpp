#include "python/engine/traces.h"

#include <unistd.h>

#include <atomic>
#include <sstream>

#include "engine/guard/backtrace.h"
#include "engine/guard/running.h"
#include "python/engine/errors.h"

namespace loads::python {
namespace {

// Set once, before any thread is asked.
std::atomic<int> written_to{-1};
std::string own_folder;

std::string take_written() {
  std::string text;
  char bytes[4096];
  off_t at = 0;
  while (true) {
    const ssize_t got = ::pread(written_to, bytes, sizeof bytes, at);
    if (got <= 0) break;
    text.append(bytes, static_cast<std::size_t>(got));
    at += got;
  }
  return text;
}

void clear() {
  if (::ftruncate(written_to, 0) == 0) ::lseek(written_to, 0, SEEK_SET);
}

// '  File "/home/anna/example.py", line 12 in test_spin' as "/home/anna/example.py:12 in test_spin"; empty for other lines and own frames.
std::string frame_in(const std::string& line) {
  constexpr std::string_view kBegin = "  File \"", kMiddle = "\", line ";
  const auto middle = line.find(kMiddle);
  if (line.rfind(kBegin, 0) != 0 || middle == std::string::npos) return {};
  const std::string file = line.substr(kBegin.size(), middle - kBegin.size());
  if (file.rfind(own_folder, 0) == 0 || file.rfind('<', 0) == 0) return {};
  return file + ":" + line.substr(middle + kMiddle.size());
}

std::vector<std::string> frames_in(const std::string& text) {
  std::vector<std::string> frames;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (std::string frame = frame_in(line); !frame.empty()) frames.push_back(std::move(frame));
  }
  return frames;
}

PyObject* prepare_traces(PyObject*, PyObject*) {
  guard::backtrace_of(::pthread_self());
  Py_RETURN_NONE;
}

PyObject* use_traces(PyObject*, PyObject* arguments) {
  int descriptor = -1;
  const char* folder = nullptr;
  if (PyArg_ParseTuple(arguments, "is", &descriptor, &folder) == 0) return nullptr;
  own_folder = folder;
  written_to = descriptor;
  Py_RETURN_NONE;
}

PyObject* running_test(PyObject*, PyObject*) {
  const guard::Running* const running = guard::running();
  if (running == nullptr) Py_RETURN_NONE;
  return PyUnicode_FromFormat("%s.%s", running->test_class, running->test_name);
}

}  // namespace

std::vector<std::string> locate(pthread_t thread) {
  if (written_to >= 0) clear();
  const guard::Backtrace native = guard::backtrace_of(thread);
  std::vector<std::string> frames;
  if (written_to >= 0) frames = frames_in(take_written());
  return frames.empty() ? guard::describe(native) : frames;
}

PyMethodDef trace_functions[] = {
    {"prepare_traces", prepare_traces, METH_NOARGS, "Has the signal handled by which a thread is asked where it is."},
    {"use_traces", use_traces, METH_VARARGS, "use_traces(descriptor, folder): what faulthandler writes at that signal."},
    {"running_test", running_test, METH_NOARGS, "\"Class.test\", or None."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace loads::python
