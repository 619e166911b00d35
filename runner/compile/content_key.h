#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace loads::runner {

// A name for content: equal parts give the same name, others (for all that matters) another. 40 hexadecimal digits of SHA-1; it tells
// builds apart, it does not protect from anybody who can write into the cache.
std::string content_key(const std::vector<std::string>& parts);

// The bytes of a file; nothing when it cannot be read.
std::optional<std::string> file_content(const std::filesystem::path& file);

}  // namespace loads::runner
