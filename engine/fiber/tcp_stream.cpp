#include "engine/fiber/tcp_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <system_error>

namespace loads::fiber {
namespace {

constexpr unsigned kMostInARow = 4;

IoResult failed(int error) { return {IoResult::End::failed, error, 0}; }
IoResult timed_out() { return {IoResult::End::timed_out, 0, 0}; }

}  // namespace

IoResult TcpStream::open_socket(int family) {
  const bool tcp = family != AF_UNIX;
  socket_ = Descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, tcp ? IPPROTO_TCP : 0));
  if (!socket_.is_open()) return failed(errno);
  const int on = 1;
  if (tcp) setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {};
}

// The port is left to connect(), which can give the same one out for different peers.
IoResult TcpStream::bind_to(const sockaddr* local, socklen_t length) {
  const int on = 1;
  setsockopt(socket_.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (::bind(socket_.get(), local, length) < 0) return failed(errno);
  return {};
}

IoResult TcpStream::connect(const sockaddr* address, socklen_t length, const sockaddr* local, socklen_t local_length) {
  socket_.reset();
  watch_ = Watch{};
  if (const IoResult opened = open_socket(address->sa_family); !opened.ok()) return opened;
  if (local != nullptr) {
    if (const IoResult bound = bind_to(local, local_length); !bound.ok()) {
      socket_.reset();
      return bound;
    }
  }
  if (::connect(socket_.get(), address, length) < 0 && errno != EINPROGRESS) {
    const int error = errno;
    socket_.reset();
    return failed(error);
  }
  // Registered only now: epoll reports a socket that is not yet connecting as hung up.
  try {
    loop_.watch(socket_.get(), watch_);
  } catch (const std::system_error& error) {
    socket_.reset();
    return failed(error.code().value());
  }
  return finish_connect();
}

IoResult TcpStream::finish_connect() {
  IoResult result;
  if (!loop_.wait_writable(watch_)) {
    result = timed_out();
  } else {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) result = failed(error);
  }
  if (!result.ok()) socket_.reset();
  return result;
}

// Both are in the way of every request: they are compiled into their callers.
inline IoResult TcpStream::send_now(std::string_view bytes) {
  while (true) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return {IoResult::End::done, 0, static_cast<std::size_t>(sent)};
    if (errno == EAGAIN) {
      watch_.writable = false;
      in_a_row_ = 0;
      return timed_out();
    }
    if (errno != EINTR) return failed(errno);
  }
}

IoResult TcpStream::try_send(std::string_view bytes) { return send_now(bytes); }

IoResult TcpStream::send(std::string_view bytes) {
  const std::size_t total = bytes.size();
  while (!bytes.empty()) {
    const IoResult sent = send_now(bytes);
    if (sent.ok()) {
      bytes.remove_prefix(sent.bytes);
      if (!bytes.empty() && !take_turns()) return timed_out();
    } else if (sent.end == IoResult::End::timed_out) {
      if (!loop_.wait_writable(watch_)) return timed_out();
    } else {
      return sent;
    }
  }
  return {IoResult::End::done, 0, total};
}

inline IoResult TcpStream::receive_now(std::span<char> buffer) {
  while (watch_.readable) {
    const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (received > 0) {
      const auto bytes = static_cast<std::size_t>(received);
      // A short read has emptied the socket, unless its end came in the same event: that will not be reported again.
      if (bytes < buffer.size() && !watch_.hung_up) {
        watch_.readable = false;
        in_a_row_ = 0;
      }
      return {IoResult::End::done, 0, bytes};
    }
    if (received == 0) return {IoResult::End::closed, 0, 0};
    if (errno == EAGAIN) {
      watch_.readable = false;
      in_a_row_ = 0;
    } else if (errno != EINTR) {
      return failed(errno);
    }
  }
  return timed_out();
}

IoResult TcpStream::try_receive(std::span<char> buffer) { return receive_now(buffer); }

IoResult TcpStream::receive(std::span<char> buffer) {
  while (true) {
    if (!wait_for_more()) return timed_out();
    const IoResult received = receive_now(buffer);
    if (received.end != IoResult::End::timed_out) return received;
  }
}

bool TcpStream::wait_for_more() { return watch_.readable ? take_turns() : loop_.wait_readable(watch_); }

bool TcpStream::wait_for_room() { return watch_.writable ? take_turns() : loop_.wait_writable(watch_); }

bool TcpStream::wait_for_either(const bool& for_room) {
  return watch_.is_ready(for_room) ? take_turns() : loop_.wait_either(watch_, for_room);
}

bool TcpStream::take_turns() {
  if (++in_a_row_ <= kMostInARow) return true;
  in_a_row_ = 0;
  loop_.yield();
  return loop_.deadline() > loop_.now();
}

void TcpStream::shut_down() { ::shutdown(socket_.get(), SHUT_RDWR); }

bool TcpStream::is_stale() {
  if (watch_.hung_up) return true;
  if (!watch_.readable) return false;
  char byte = 0;
  const ssize_t peeked = ::recv(socket_.get(), &byte, 1, MSG_PEEK);
  if (peeked < 0 && errno == EAGAIN) {
    watch_.readable = false;
    return false;
  }
  return true;
}

}  // namespace loads::fiber
