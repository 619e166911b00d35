#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/wire/endpoints.h"
#include "proto/wire/keys.h"

namespace zmq {
class context_t;
class socket_t;
}  // namespace zmq

namespace loads::wire {

// ZeroMQ sockets as Loads uses them, with every option set, because the defaults are dangerous: queues without a practical bound, a close
// that waits for ever, dead peers that nobody notices. They carry bytes; what these mean is proto's.
//
// THREAD: a Context and everything made with it is used from one thread. No call blocks but Poller::wait(). A Context outlives its sockets.

inline constexpr std::int64_t kLargestMessage = std::int64_t{1} << 20;  // that a server takes; a larger one costs its sender the connection
inline constexpr std::int64_t kLargestSnapshot = std::int64_t{64} << 20;  // that a console takes from its broker

class Context {
 public:
  explicit Context(int max_sockets = 1023);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  zmq::context_t& handle() { return *context_; }

 private:
  std::unique_ptr<zmq::context_t> context_;
};

enum class Sent : std::uint8_t {
  sent,         // is in the queue to a live peer: whether it arrives only the peer's answer tells
  full,         // try later: the queue is full, or a dealer has no connection
  unreachable,  // a router's peer is gone
};

struct Received {
  std::string route;    // the sender, for a router's send(); the topic, at a sub socket
  std::string bytes;    // at an xpub socket: 1 or 0 (subscribed or not any more), then the topic
  std::string user_id;  // that the sender's key was enrolled for: "agent:web-1"; empty over ipc, see AuthorisedKeys::role_of()
};

class Socket {
 public:
  // Of a server. With keys, a tcp endpoint speaks CURVE and lets in nobody whom Zap does not know: without a Zap in the context, nobody at
  // all. ipc endpoints of the same socket have no keys.
  static Socket router(Context& context, Door door, const std::optional<KeyPair>& keys = std::nullopt);
  static Socket xpub(Context& context, const std::optional<KeyPair>& keys = std::nullopt);

  // Of a peer. They connect by themselves and again, after 100 ms to 2 s.
  static Socket dealer(Context& context, const std::optional<PeerKeys>& keys = std::nullopt, std::int64_t largest = kLargestMessage);
  // One whose owner finds out by its own messages whether the broker is still there: ZeroMQ sends none to ask.
  static Socket quiet_dealer(Context& context, const std::optional<PeerKeys>& keys = std::nullopt);
  static Socket sub(Context& context, const std::optional<PeerKeys>& keys = std::nullopt, std::int64_t largest = kLargestSnapshot);

  ~Socket();
  Socket(Socket&& other) noexcept;

  // Throw loads::Failure(exit_code::local_resource): "in-use" or "listen" (bind), "no-broker" (an address to which nothing can connect). A
  // broker that is not there is no error of connect().
  void bind(const std::string& endpoint);
  void connect(const std::string& endpoint);
  std::string last_endpoint() const;  // with the port that was taken for port 0

  // Out of descriptors, or nearly: lets nobody in any more and leaves the connections that stand. bind()ed endpoints only.
  void pause_accepting();
  void resume_accepting();

  Sent send(std::string_view bytes);                          // dealer
  Sent send(std::string_view route, std::string_view bytes);  // router: to the peer; xpub: to the topic's subscribers, always `sent`

  // What has arrived, one message a call; nothing: no more for now. Messages of a wrong number of parts are dropped and counted.
  std::optional<Received> receive();
  std::uint64_t malformed() const;

  void subscribe(std::string_view topic);  // sub: also to every longer topic that begins so
  void unsubscribe(std::string_view topic);

  zmq::socket_t& handle();  // for Poller and HandshakeMonitor

 private:
  class Impl;
  explicit Socket(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace loads::wire
