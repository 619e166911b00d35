#pragma once

#include <openssl/bio.h>

#include "engine/fiber/tcp_stream.h"

namespace loads::tls {

// OpenSSL's way to a socket of ours: it never waits, never raises SIGPIPE, and asks the system only for what epoll has reported. The
// stream outlives it.
BIO* make_stream_bio(fiber::TcpStream& stream);

}  // namespace loads::tls
