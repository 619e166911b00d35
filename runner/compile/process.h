#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace loads::runner {

// Runs a program without a shell and waits for it; stdout and stderr go to `log`, stdin is empty. command[0] is looked up in PATH when it
// has no slash. It is killed when this thread ends. Returns its exit status, 128 + N when signal N ended it; throws std::system_error when
// it cannot be started.
int run_process(const std::vector<std::string>& command, const std::filesystem::path& log);

}  // namespace loads::runner
