#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/user/test_registry.h"
#include "runner/compile/cache_folder.h"
#include "runner/options/given.h"
#include "runner/options/options.h"
#include "runner/python/python_module.h"
#include "runner/url_test/url_test.h"

namespace loads::runner {

// The tests that TEST names, ready to run, and what another machine has to be told to find the same ones.
struct LoadedTest {
  std::string name;    // for the plan: as the user wrote it, a URL in full but for its user and password
  std::string origin;  // "example.cpp"; empty for a URL, and what an external runner runs
  std::vector<const user::TestInfo*> tests;
  std::optional<UrlRequest> url;                  // of a URL
  std::filesystem::path library;                  // the shared object, of a module
  std::string class_name;                         // as TEST says it; empty: the module's only one
  std::string test_name;                          // empty: all of the class
  std::shared_ptr<CacheFolder> cache;             // that `library`, or the Python, may lie in: it is there as long as this
  std::optional<PythonModule> python;             // of a module in Python, which only Python loads: `tests` are then names
  std::optional<proto::ExternalRunner> external;  // that knows the test, and nobody else does
};

// Finds, compiles and loads options.test. Throws Failure: usage when TEST makes no sense, cannot_load for the rest.
LoadedTest load_test(const Options& options, const Environment& environment);

// All tests of the module that options.test names, for --list.
LoadedTest load_whole_module(const Options& options, const Environment& environment);

}  // namespace loads::runner
