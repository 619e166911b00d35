#pragma once

#include <filesystem>
#include <string_view>

namespace loads {

// Makes `content` that of a small file of our own state (0600): on the disk when it returns, whole or not at all. Throws
// loads::Failure(exit_code::local_resource, ..., "state-folder").
void replace_file(const std::filesystem::path& file, std::string_view content);

}  // namespace loads
