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
  socket_ = Descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!socket_.is_open()) return failed(errno);
  const int on = 1;
  setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {};
}

IoResult TcpStream::connect(const sockaddr* address, socklen_t length) {
  socket_.reset();
  watch_ = Watch{};
  if (const IoResult opened = open_socket(address->sa_family); !opened.ok()) return opened;
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

IoResult TcpStream::send(std::string_view bytes) {
  const std::size_t total = bytes.size();
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      if (!bytes.empty() && !take_turns()) return timed_out();
    } else if (errno == EAGAIN) {
      watch_.writable = false;
      in_a_row_ = 0;
      if (!loop_.wait_writable(watch_)) return timed_out();
    } else if (errno != EINTR) {
      return failed(errno);
    }
  }
  return {IoResult::End::done, 0, total};
}

IoResult TcpStream::receive(std::span<char> buffer) {
  while (true) {
    if (!(watch_.readable ? take_turns() : loop_.wait_readable(watch_))) return timed_out();
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
}

// False when the deadline came meanwhile.
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
