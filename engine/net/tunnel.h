#pragma once

#include <string>

#include "engine/fiber/tcp_stream.h"
#include "engine/net/endpoint.h"
#include "engine/net/trouble.h"

namespace loads::net {

// Has the proxy at the other end of `stream` connect us through to the endpoint's host (RFC 9110, 9.3.6). Suspends.
Trouble open_tunnel(fiber::TcpStream& stream, const Endpoint& endpoint);

}  // namespace loads::net
