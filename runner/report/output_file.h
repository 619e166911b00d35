#pragma once

#include <filesystem>
#include <string_view>

namespace loads::runner {

// Files that a run leaves behind (--json FILE). A regular file is replaced as a whole by renaming, so that a reader sees the old content or
// the new, never half of it; a device or pipe is written to. Both throw Failure(exit_code::local_resource) naming the file and the reason.

void check_writable(const std::filesystem::path& file);  // asked before the first request is sent; leaves nothing behind
void write_file(const std::filesystem::path& file, std::string_view content);

}  // namespace loads::runner
