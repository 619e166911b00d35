#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <zmq.hpp>

#include "proto/wire/endpoints.h"
#include "proto/wire/keys.h"

namespace loads::wire {

// The options of our sockets, in one place. Internal to wire.

void set_common_options(zmq::socket_t& socket, std::int64_t largest_message);
void set_server_options(zmq::socket_t& socket, Door door);
enum class Heartbeats : bool { off, on };
void set_peer_options(zmq::socket_t& socket, Heartbeats heartbeats);

// What holds for the next bind or connect of the socket: ZeroMQ copies the options then, so that one socket can have endpoints with keys
// (tcp) and without (ipc).
void secure_server(zmq::socket_t& socket, const std::string& endpoint, Door door, const std::optional<KeyPair>& keys);
void secure_peer(zmq::socket_t& socket, const std::string& endpoint, const std::optional<PeerKeys>& keys);

// What Zap is asked for. A domain cannot be unset, so the ipc endpoints of a socket that has keys for others have one as well.
std::string domain_of(Door door);
inline constexpr const char* kLocalDomain = "local";

}  // namespace loads::wire
