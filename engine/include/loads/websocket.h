#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/export.h>
#include <loads/request_options.h>

namespace loads {

namespace user {
class VirtualUser;
}
namespace websocket {
class Socket;
}

// What a server has sent: a text, or bytes.
struct Message {
  std::string data;
  bool binary = false;

  bool is_binary() const { return binary; }
};
using MessageCallback = std::function<void(const Message&)>;

// What a web socket may be opened with, named in this order:
//   create_ws("/chat", {}, {.protocols = {"chat.v2"}, .timeout = 5s})
struct WebSocketOptions {
  std::vector<std::string> protocols{};               // subprotocols to choose from
  std::vector<std::string> extensions{};              // offered as they stand; permessage-deflate is the one that is known
  Pairs headers{};                                    // of the handshake; replace the session's headers of the same name
  std::optional<std::chrono::nanoseconds> timeout{};  // of the handshake, of each send and of each receive; default: --timeout
  std::uint64_t max_message = 16U << 20U;             // bytes of a message that is received, unpacked; a larger one closes the socket
  bool compression = false;                           // offers permessage-deflate
  std::chrono::nanoseconds ping_interval{};           // a ping is sent so often, and its pong has to come before the next; 0: never
  std::string name{};                                 // of the handshake in the report; default: GET and the URL's path
};

// An open web socket, made by TestCase::create_ws(). A call waits until it is done; other virtual users of the thread go on meanwhile. The
// destructor closes it: with the code 1000, waiting for the server's answer for two seconds at most.
//
// Every message goes to the callback, if there is one, and then to receive(). The callback runs as messages arrive, whatever the test waits
// for at that moment, one message at a time. What it throws, or a failed assertion in it, fails the run of the test.
class LOADS_API WebSocket {
 public:
  WebSocket() = default;  // closed
  WebSocket(user::VirtualUser& user, std::shared_ptr<websocket::Socket> socket);
  WebSocket(WebSocket&& other) noexcept;
  WebSocket& operator=(WebSocket&& other) noexcept;
  ~WebSocket();

  // Throw ConnectionError when the socket is closed, and Timeout.
  void send(std::string_view text);  // has to be UTF-8
  void send_binary(std::string_view bytes);
  void ping(std::string_view payload = {});  // at most 125 bytes; its pong is not waited for

  // The oldest message that was not received yet. Throws Timeout when none comes in time, ConnectionError when none can come any more, and
  // std::length_error when messages had to be dropped: a socket with a callback keeps the last 1024 of at most 1 MiB. Without a callback
  // nothing is dropped: the server is not read from until there is room.
  Message receive();
  Message receive(std::chrono::nanoseconds timeout);

  // Sends a close frame and waits for the server's. What is received meanwhile goes where it always goes.
  void close(std::uint16_t code = 1000, std::string_view reason = {});
  bool is_open() const;

  std::string protocol() const;      // the subprotocol that the server has chosen; empty: none
  std::string extensions() const;    // "permessage-deflate" when messages are compressed
  std::uint16_t close_code() const;  // of the server's close frame; 1005: it named none; 1006: there was none; 0: still open
  std::string close_reason() const;

 private:
  template <typename Action>
  void act(Action&& action) const;
  void leave() noexcept;

  user::VirtualUser* user_ = nullptr;
  std::shared_ptr<websocket::Socket> socket_;
};

}  // namespace loads
