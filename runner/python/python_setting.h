#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "runner/python/interpreter.h"

namespace loads::runner {

// What a test in Python is run with.
struct PythonSetting {
  Interpreter interpreter;
  std::filesystem::path root;                // the folder that the module's path is relative to
  std::chrono::seconds longest_silence{10};  // of a process; they report once a second
  std::shared_ptr<const void> kept{};        // what has to be there as long as they are
};

}  // namespace loads::runner
