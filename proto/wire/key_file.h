#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace loads::wire {

// Small files that hold keys. Every error is a loads::Failure with the id "keys" that names the file: exit_code::usage for what is wrong
// with a file, exit_code::local_resource for what the system refuses.

inline constexpr std::size_t kLargestKeyFile = 4096;

// A secret is refused when others may read it: our own file has to be 0600 or less; root may give us one through its group (0640).
std::string read_secret_file(const std::filesystem::path& path);

// A new file, complete when it appears under its name and never in place of another.
void write_new_file(const std::filesystem::path& path, std::string_view content, mode_t mode);

void make_key_folder(const std::filesystem::path& folder, mode_t mode);

}  // namespace loads::wire
