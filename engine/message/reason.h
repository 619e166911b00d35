#pragma once

#include <string_view>

namespace loads::message {

// The words that go with a status (RFC 9110, 15) where an answer brings none, as over HTTP/2: "Not Found". Empty for unknown ones.
std::string_view standard_reason(int status);

}  // namespace loads::message
