#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/user/test_registry.h"

namespace loads::runner {

// A shared object of tests, mapped into this process. It stays for the life of the process: its code and the names in TestInfo live in it.
struct Module {
  std::string name;                          // for messages: "example.cpp"
  std::vector<const user::TestInfo*> tests;  // in the order of the file, at least one
};

// Throws Failure(cannot_load): not loadable, a symbol missing, made for another version of loads, or without a test.
Module load_module(const std::filesystem::path& library, const std::string& name);

}  // namespace loads::runner
