#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/fiber/tcp_stream.h"
#include "engine/tls/session.h"

namespace loads::net {

// A connection to a server, with TLS over it or without. The calls are those of fiber::TcpStream, and suspend as they do.
class Stream {
 public:
  using IoResult = fiber::IoResult;

  explicit Stream(fiber::Loop& loop) : socket_(loop) {}

  // The connection itself, before TLS is over it.
  fiber::TcpStream& socket() { return socket_; }

  // Suspends for the handshake. When it fails, why() says so.
  IoResult start_tls(std::shared_ptr<const tls::Context> context, const tls::Peer& peer, std::shared_ptr<tls::Ticket> ticket);

  IoResult send(std::string_view bytes) { return tls_ ? tls_->send(bytes) : socket_.send(bytes); }
  bool wait_readable() { return tls_ ? tls_->wait_readable() : socket_.wait_readable(); }
  IoResult receive(std::span<char> buffer) { return tls_ ? tls_->receive(buffer) : socket_.receive(buffer); }
  bool has_more() const { return socket_.has_more() || (tls_ && tls_->has_pending()); }  // try_receive() is worth a call
  IoResult try_receive(std::span<char> buffer) {                                         // does not suspend: End::timed_out is "not now"
    return tls_ ? tls_->try_receive(buffer) : socket_.try_receive(buffer);
  }
  IoResult try_send(std::string_view bytes) {  // likewise; some of them
    return tls_ ? tls_->try_send(bytes) : socket_.try_send(bytes);
  }
  // For the one fiber that does both, after try_receive() has found nothing: see fiber::TcpStream.
  bool wait_for_either(const bool& for_room) { return socket_.wait_for_either(for_room); }
  bool has_room() const { return socket_.has_room(); }
  bool take_turns() { return socket_.take_turns(); }
  bool is_stale() { return tls_ ? tls_->is_stale() : socket_.is_stale(); }
  void close();

  // For a fiber that serves the stream while nobody else does: see fiber::TcpStream.
  void set_reader(fiber::Fiber* reader) { socket_.set_reader(reader); }
  void set_idle_reader(fiber::IdleReader* reader) { socket_.set_idle_reader(reader); }
  void shut_down() { socket_.shut_down(); }

  bool is_open() const { return socket_.is_open(); }
  bool is_hung_up() const { return socket_.is_hung_up(); }
  const tls::Session* tls() const { return tls_.get(); }  // null: plain text

  // A failed call's errno in words.
  std::string why(int error) const;

 private:
  fiber::TcpStream socket_;
  std::unique_ptr<tls::Session> tls_;  // goes before the socket that it speaks through
};

}  // namespace loads::net
