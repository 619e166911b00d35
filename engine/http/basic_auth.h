#pragma once

#include <string>

namespace loads::http {

// The value of Authorization for the user and password of a URL, percent-encoded as they stand there (RFC 7617), as Requests sends it:
// "Basic ..."; empty without them.
std::string basic_credentials(const std::string& userinfo);

}  // namespace loads::http
