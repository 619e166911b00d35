#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/environment.h"

namespace loads::runner {

// The Python that runs a test, and what it is started with.
struct Interpreter {
  std::filesystem::path executable;
  std::filesystem::path package;  // the folder that holds the package `loads`
};

// The words that have it run main() of a module of the package.
std::vector<std::string> command(const Interpreter& interpreter, const std::string& module);

// The folder that holds the package `loads`, of this installation.
std::filesystem::path python_package();

// PYTHONPATH for it: the package, then the user's own.
std::string python_path(const std::filesystem::path& package);

// What is to be said of one that has ended, with this status, while it loaded a test. Throws Failure(cannot_load).
[[noreturn]] void throw_ended(const Interpreter& interpreter, const std::string& module, int status);

// --python's, else that of the active virtual environment (VIRTUAL_ENV), else python3 of the PATH when it has what the package needs, else
// the system's. Throws Failure(cannot_load) with what is missing.
Interpreter find_python(const std::string& wished, const Environment& environment);

}  // namespace loads::runner
