#include "proto/wire/socket_options.h"

#include "common/failure.h"

namespace loads::wire {
namespace {

namespace option = zmq::sockopt;

constexpr int kQueue = 64;           // messages per peer and direction: credit bounds what is under way to as many
constexpr int kPublisherQueue = 16;  // live states replace each other: a slow console loses, nobody waits for it
constexpr int kBacklog = 8192;
constexpr int kSecond = 1000;  // in ZeroMQ's milliseconds
// When ten thousand agents come at once the last has to wait for as many handshakes. To give up before that is to begin again, for ever.
constexpr int kPatientHandshake = 30 * kSecond;
constexpr int kHandshake = 2 * kSecond;
constexpr int kConnect = 5 * kSecond;
// What is sent and not answered by the other side's kernel for so long ends the connection. A process that stands still is no reason: if
// thousands of agents came again because their broker is slow, it would be slower still.
constexpr int kUnansweredByServer = 4 * kSecond;
constexpr int kUnansweredByPeer = 30 * kSecond;
constexpr int kKeepaliveIdle = 30;  // seconds, as are the next
constexpr int kKeepaliveInterval = 10;
constexpr int kKeepaliveProbes = 3;

// Without it, a server with keys lets everybody in when nobody answers for Zap. The library has it, its header only for drafts.
void enforce_zap(zmq::socket_t& socket, bool enforced) {
  const int on = enforced ? 1 : 0;
  constexpr int kZapEnforceDomain = 93;
  if (zmq_setsockopt(socket.handle(), kZapEnforceDomain, &on, sizeof on) == 0) return;
  throw Failure(exit_code::internal, "this ZeroMQ cannot insist on keys (ZMQ_ZAP_ENFORCE_DOMAIN); it has to be 4.3.4 or later", "internal");
}

}  // namespace

void set_common_options(zmq::socket_t& socket, std::int64_t largest_message) {
  socket.set(option::linger, 0);
  socket.set(option::maxmsgsize, largest_message);
  socket.set(option::sndhwm, socket.get(option::socket_type) == zmq::socket_type::xpub ? kPublisherQueue : kQueue);
  socket.set(option::rcvhwm, kQueue);
  socket.set(option::ipv6, true);
}

void set_server_options(zmq::socket_t& socket, Door door) {
  socket.set(option::backlog, kBacklog);
  socket.set(option::handshake_ivl, door == Door::backend ? kPatientHandshake : kHandshake);  // consoles are no crowd
  socket.set(option::tcp_keepalive, 1);
  socket.set(option::tcp_keepalive_idle, kKeepaliveIdle);
  socket.set(option::tcp_keepalive_intvl, kKeepaliveInterval);
  socket.set(option::tcp_keepalive_cnt, kKeepaliveProbes);
  socket.set(option::tcp_maxrt, kUnansweredByPeer);
  if (socket.get(option::socket_type) == zmq::socket_type::router) socket.set(option::router_mandatory, true);
}

// Peers look after their server, and never the other way round: in a server each heartbeat, and each time-to-live that a peer's asks for,
// is a timer, and ZeroMQ finds a timer by going through all of them, so that thousands of peers would cost more than a core. Of a peer that
// has gone silently a server learns from its messages that do not come, and TCP ends the connection.
void set_peer_options(zmq::socket_t& socket, Heartbeats heartbeats) {
  socket.set(option::handshake_ivl, heartbeats == Heartbeats::on ? kHandshake : kPatientHandshake);
  if (heartbeats == Heartbeats::on) {
    socket.set(option::heartbeat_ivl, kSecond);
    socket.set(option::heartbeat_timeout, 3 * kSecond);
  }
  socket.set(option::connect_timeout, kConnect);
  socket.set(option::tcp_maxrt, kUnansweredByServer);
  socket.set(option::reconnect_ivl, kSecond / 10);
  socket.set(option::reconnect_ivl_max, 2 * kSecond);
  if (socket.get(option::socket_type) == zmq::socket_type::dealer) socket.set(option::immediate, true);
}

void secure_server(zmq::socket_t& socket, const std::string& endpoint, Door door, const std::optional<KeyPair>& keys) {
  if (!keys) return;
  const bool with_keys = is_tcp(endpoint);
  socket.set(option::curve_server, with_keys);  // false: no keys, whatever was set for an endpoint before
  if (with_keys) socket.set(option::curve_secretkey, keys->secret_key);
  socket.set(option::zap_domain, with_keys ? domain_of(door) : std::string(kLocalDomain));
  enforce_zap(socket, with_keys);
}

void secure_peer(zmq::socket_t& socket, const std::string& endpoint, const std::optional<PeerKeys>& keys) {
  socket.set(option::curve_server, false);  // no keys, whatever was set for an endpoint before
  if (!keys || !is_tcp(endpoint)) return;
  socket.set(option::curve_serverkey, keys->broker_key);
  socket.set(option::curve_publickey, keys->own.public_key);
  socket.set(option::curve_secretkey, keys->own.secret_key);
}

std::string domain_of(Door door) {
  switch (door) {
    case Door::frontend: return "frontend";
    case Door::backend: return "backend";
    case Door::publisher: return "publisher";
  }
  return {};
}

}  // namespace loads::wire
