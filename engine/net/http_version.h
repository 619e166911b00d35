#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace loads::net {

// The version of HTTP that is spoken with a server. Over TLS the two agree upon it (ALPN).
enum class HttpVersion : std::uint8_t {
  automatic,  // HTTP/2 where the server offers it over TLS, else HTTP/1.1
  http1,      // HTTP/1.1
  http2,      // HTTP/2 over TLS, and no other
  h2c,        // HTTP/2, in plain text too: the server is known to speak it
};

// As options have them: auto, 1.1, 2, h2c.
std::optional<HttpVersion> parse_http_version(std::string_view text);

// What is offered to a server, as ALPN has it on the wire; see tls::Peer.
std::string_view alpn(HttpVersion version);

}  // namespace loads::net
