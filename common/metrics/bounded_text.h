#pragma once

#include <cstddef>
#include <string_view>

namespace loads::metrics {

inline constexpr std::size_t kMostText = 4096;  // bytes of a name or a message

// The beginning of a text, so that what a test or a server says, however long, has room in a message: cut between two characters of UTF-8.
std::string_view bounded(std::string_view text, std::size_t most = kMostText);

}  // namespace loads::metrics
