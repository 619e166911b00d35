#pragma once

#include <string>
#include <vector>

namespace loads::runner {

// The words of a --test-runner, with the test in the place of {test}: split at blanks, with quotes and backslashes as a shell has them, and
// nothing else that a shell does. Throws Failure(usage) for one that has no words, or a quote without an end.
std::vector<std::string> command_words(const std::string& command, const std::string& test);

}  // namespace loads::runner
