// WebSocket: what the author of a test sees of one.

#include <loads/websocket.h>

#include <utility>

#include <loads/error.h>

#include "common/utf8.h"
#include "engine/user/virtual_user.h"

namespace loads {

WebSocket::WebSocket(user::VirtualUser& user, std::shared_ptr<websocket::Socket> socket) : user_(&user), socket_(std::move(socket)) {}
WebSocket::WebSocket(WebSocket&& other) noexcept : user_(other.user_), socket_(std::move(other.socket_)) {}

WebSocket& WebSocket::operator=(WebSocket&& other) noexcept {
  if (this == &other) return *this;
  leave();
  user_ = other.user_;
  socket_ = std::move(other.socket_);
  return *this;
}

WebSocket::~WebSocket() { leave(); }

void WebSocket::leave() noexcept {
  const std::shared_ptr<websocket::Socket> socket = std::move(socket_);
  if (socket != nullptr && !socket->has_left()) user_->leave(socket);
}

// The socket outlives the call, whatever becomes of this object in a callback meanwhile.
template <typename Action>
void WebSocket::act(Action&& action) const {
  const std::shared_ptr<websocket::Socket> socket = socket_;
  if (socket == nullptr) throw ConnectionError("this web socket was not opened");
  if (socket->has_left()) throw ConnectionError("this web socket was closed at the end of its user's life");
  user_->use(*socket, [&] { action(*socket); });
}

void WebSocket::send(std::string_view text) {
  if (!is_utf8(text)) throw InvalidRequest("a text message has to be UTF-8: send_binary() takes any bytes");
  act([&](websocket::Socket& socket) { socket.send(false, text); });
}
void WebSocket::send_binary(std::string_view bytes) {
  act([&](websocket::Socket& socket) { socket.send(true, bytes); });
}
void WebSocket::ping(std::string_view payload) {
  act([&](websocket::Socket& socket) { socket.ping(payload); });
}
void WebSocket::close(std::uint16_t code, std::string_view reason) {
  act([&](websocket::Socket& socket) { socket.close(code, reason); });
}

Message WebSocket::receive() {
  Message message;
  act([&](websocket::Socket& socket) { message = socket.receive(); });
  return message;
}
Message WebSocket::receive(std::chrono::nanoseconds timeout) {
  Message message;
  act([&](websocket::Socket& socket) { message = socket.receive(timeout); });
  return message;
}

bool WebSocket::is_open() const { return socket_ != nullptr && socket_->is_open(); }
std::string WebSocket::protocol() const { return socket_ != nullptr ? socket_->protocol() : std::string(); }
std::string WebSocket::extensions() const { return socket_ != nullptr && socket_->is_compressed() ? "permessage-deflate" : ""; }
std::uint16_t WebSocket::close_code() const { return socket_ != nullptr ? socket_->close_code() : std::uint16_t{0}; }
std::string WebSocket::close_reason() const { return socket_ != nullptr ? socket_->close_reason() : std::string(); }

}  // namespace loads
