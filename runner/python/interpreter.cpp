#include "runner/python/interpreter.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "common/failure.h"
#include "runner/compile/process.h"
#include "runner/load/search.h"
#include "runner/process/process.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

constexpr int kLacks = 90;  // exit code of loads/_needs.py
constexpr const char* kSystems = "/usr/bin/python3";
constexpr const char* kNeeds = "greenlet, requests and webtest";
constexpr const char* kProbe =
    "import sys, importlib.util as u; "
    "sys.exit(0 if sys.version_info >= (3, 11) and all(u.find_spec(n) for n in ('greenlet', 'requests', 'webtest')) else 9)";

bool is_executable(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

fs::path in_path(const std::string& name, const Environment& environment) {
  std::istringstream folders(variable(environment, "PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (const fs::path path = fs::path(folder.empty() ? "." : folder) / name; is_executable(path)) return path;
  }
  return {};
}

bool is_systems(const fs::path& path) {
  std::error_code ignored;
  return fs::equivalent(path, kSystems, ignored);
}

bool has_needs(const fs::path& python) { return run_process({python.string(), "-c", kProbe}, "/dev/null") == 0; }

[[noreturn]] void refuse(const std::string& message) { throw Failure(exit_code::cannot_load, message, "no-python"); }

[[noreturn]] void refuse_to_load(const std::string& message) { throw Failure(exit_code::cannot_load, message, "cannot-load"); }

[[noreturn]] void lacks(const fs::path& python) {
  refuse(
      python.string() + " cannot run tests: it has to be Python 3.11 or later with " + kNeeds + ". Install them: " + python.string() +
      " -m pip install greenlet requests webtest; for the system's Python: apt install python3-greenlet python3-requests python3-webtest.");
}

fs::path wished_python(const std::string& wished, const Environment& environment) {
  const fs::path path = wished.find('/') == std::string::npos ? in_path(wished, environment) : fs::path(wished);
  if (path.empty() || !is_executable(path)) refuse("--python: there is no program \"" + wished + "\".");
  return path;
}

fs::path choose(const std::string& wished, const Environment& environment) {
  if (!wished.empty()) return wished_python(wished, environment);
  if (const std::string active = variable(environment, "VIRTUAL_ENV"); !active.empty()) {
    if (const fs::path python = fs::path(active) / "bin" / "python3"; is_executable(python)) return python;
  }
  const fs::path python = in_path("python3", environment);
  if (!python.empty() && (is_systems(python) || has_needs(python))) return python;
  if (is_executable(kSystems)) return kSystems;
  if (python.empty()) refuse("there is no python3. Install Python 3.11 or later with " + std::string(kNeeds) + ".");
  lacks(python);
}

}  // namespace

std::filesystem::path python_package() { return installation_prefix() / "lib" / "loads" / "python"; }

std::string python_path(const std::filesystem::path& package) {
  const char* users = std::getenv("PYTHONPATH");
  return package.string() + (users != nullptr && *users != '\0' ? ":" + std::string(users) : "");
}

// The folder that Python is started in is no place to look for modules: there may be a `loads` of somebody else.
std::vector<std::string> command(const Interpreter& interpreter, const std::string& module) {
  const std::string program = "import sys; sys.path[:] = [p for p in sys.path if p]; from loads._needs import run; run('" + module + "')";
  return {interpreter.executable.string(), "-c", program};
}

void throw_ended(const Interpreter& interpreter, const std::string& module, int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == kLacks) lacks(interpreter.executable);
  refuse_to_load("Python ended while it loaded " + module + ": " + describe_end(status) + ".");
}

Interpreter find_python(const std::string& wished, const Environment& environment) {
  return {choose(wished, environment), python_package()};
}

}  // namespace loads::runner
