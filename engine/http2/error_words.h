#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace loads::http2 {

// An error code of RFC 9113, 7: its name, and what it means to the author of a test where the name does not say it.
//   "ENHANCE_YOUR_CALM (the server takes this for too much load)"
std::string error_words(std::uint32_t code);

// What a server has written into its GOAWAY for people: its beginning, as far as it can be printed.
std::string debug_words(std::string_view bytes);

}  // namespace loads::http2
