#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loads::message {

// What somebody else has said, for a message of ours.

// Appends "%XX".
void append_escape(std::string& out, char c);

// Cut after so many bytes, control characters encoded.
std::string shortened(std::string_view text, std::size_t most = 200);

// The same in quotes, and shorter: 'text'.
std::string quoted(std::string_view text);

}  // namespace loads::message
