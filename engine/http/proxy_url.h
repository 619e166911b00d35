#pragma once

#include <string>

#include "engine/net/options.h"

namespace loads::http {

// "http://user:password@host:3128", or without the scheme. Throws std::invalid_argument, which says what is wrong with it.
net::Proxy parse_proxy(const std::string& url);

}  // namespace loads::http
