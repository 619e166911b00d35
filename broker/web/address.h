#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace loads::broker::web {

// Where the web server listens.
struct Address {
  std::string host;  // a numeric address of this machine alone
  std::uint16_t port = 0;
};

// Of --web: "127.0.0.1:8989", "localhost:8989", "[::1]:8989". Throws Failure(usage) for what is no such address, and for one that others
// could reach: whoever reaches the server reads everything that it shows.
Address parse_address(const std::string& text);

// Whether the header Host of a request names this machine. A page of another site that has a name resolve to 127.0.0.1 says that name.
bool is_loopback_host(std::string_view host);

}  // namespace loads::broker::web
