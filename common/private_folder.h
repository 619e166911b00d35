#pragma once

#include <filesystem>

namespace loads {

// Makes the folder, 0700, and those above it as the umask has it, where they are missing; one that is there is left as it is. Returns it as
// an absolute path. Throws loads::Failure(exit_code::local_resource) naming it.
std::filesystem::path make_private_folder(const std::filesystem::path& folder);

}  // namespace loads
