#pragma once

#include <string>
#include <string_view>

#include "engine/http/url.h"

namespace loads::http {

// Reads "user:password@host:port" into the userinfo, host and port of `out`, whose scheme is set already: it gives the default port.
// Returns what is wrong, or nothing. Part of url.cpp; nobody else needs it.
[[nodiscard]] std::string read_authority(std::string_view text, Url& out);

}  // namespace loads::http
