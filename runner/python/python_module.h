#pragma once

#include <string>

#include "proto/run.h"
#include "runner/load/module.h"
#include "runner/load/search.h"
#include "runner/python/process_share.h"

namespace loads::runner {

// A module in Python that was found, and what runs it.
struct PythonModule {
  PythonSetting setting;
  std::string path;  // relative to setting.root: "shop/checkout.py"
};

PythonModule python_module(const FoundModule& found, Interpreter interpreter);

// Has Python import it, and say which tests it has. Throws Failure(cannot_load) with Python's own words.
Module list_python_tests(const PythonModule& module);

// Whether the order of a run is of a module in Python.
bool is_python(const proto::TestSource& source);

}  // namespace loads::runner
