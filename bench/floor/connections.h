#pragma once

// What the floors do on their connections: one thread, epoll, blocking where it costs nothing.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

namespace floors {

inline int checked(ssize_t result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return static_cast<int>(result);
}

struct Connection {
  int descriptor = -1;
  std::size_t missing = 0;  // bytes of its answer that have yet to come; 0: none of it has come

  void send(std::string_view bytes) const { checked(::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL), "send"); }
};

inline int connect_to(std::uint16_t port) {
  const int descriptor = checked(socket(AF_INET, SOCK_STREAM, 0), "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

class Connections {
 public:
  // Calls opened(connection) for each before it is watched.
  template <typename Opened>
  Connections(std::uint16_t port, std::size_t count, Opened&& opened)
      : epoll_(checked(epoll_create1(0), "epoll_create1")), all_(count), buffer_(256UL * 1024) {
    for (Connection& connection : all_) {
      connection.descriptor = connect_to(port);
      opened(connection);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &connection;
      checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.descriptor, &event), "epoll_ctl");
    }
  }

  const std::vector<Connection>& all() const { return all_; }

  // Calls ready(connection) for those that have something to read.
  template <typename Ready>
  void turn(Ready&& ready) {
    std::array<epoll_event, 512> events{};
    const int count = checked(epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100), "epoll_wait");
    for (int i = 0; i < count; ++i) ready(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
  }

  // Of what is there as much as the buffer holds, until the next call.
  std::string_view receive(const Connection& connection) {
    const int received = checked(recv(connection.descriptor, buffer_.data(), buffer_.size(), MSG_DONTWAIT), "recv");
    if (received == 0) throw std::runtime_error("the server closed a connection");
    return {buffer_.data(), static_cast<std::size_t>(received)};
  }

 private:
  const int epoll_;
  std::vector<Connection> all_;
  std::vector<char> buffer_;
};

}  // namespace floors
