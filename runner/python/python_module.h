#pragma once

#include <string>
#include <vector>

#include "proto/run.h"
#include "runner/load/module.h"
#include "runner/load/search.h"
#include "runner/python/packages.h"
#include "runner/python/python_setting.h"

namespace loads::runner {

// A module in Python that was found, and what runs it.
struct PythonModule {
  PythonSetting setting;
  std::string path;                // relative to setting.root: "shop/checkout.py"
  std::vector<std::string> files;  // it, and those of its own modules that it imports, relative to setting.root
  Packages packages;               // that it has beside what its Python has
};

PythonModule python_module(const FoundModule& found, Interpreter interpreter, Packages packages);

// Has Python import it, and say which tests and files it has; the latter are added to `module`. A class that is imported from elsewhere
// counts when it is the one that `class_name` asks for. Throws Failure(cannot_load) with Python's own words.
Module list_python_tests(PythonModule& module, const std::string& class_name);

// The module with that one test, which nobody has looked for yet: the process that is to run it does. Saves a start of Python.
Module unlisted_python_test(const PythonModule& module, const std::string& class_name, const std::string& test_name);

// Whether the order of a run is of a module in Python.
bool is_python(const proto::TestSource& source);

}  // namespace loads::runner
