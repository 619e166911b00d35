#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace loads::runner {

// The prerequisites in the makefile rule that a compiler writes for -MMD: the source and what it includes, system headers left out.
std::vector<std::filesystem::path> read_depfile(std::string_view rule);

}  // namespace loads::runner
