#pragma once

#include <filesystem>
#include <string>

namespace loads::runner {

// --init: writes a commented test to begin with. Returns what to tell the user: what was written, and what to run next. Throws Failure when
// `file` is there already, cannot be written, or is named as neither C++ nor Python.
std::string write_first_test(const std::filesystem::path& file);

}  // namespace loads::runner
