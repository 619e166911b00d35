// The floor: the least that a client of one thread can do for keep-alive HTTP over epoll. Every connection has the same request on its way
// all the time; the size of the first answer is worked out from its head, and from then on bytes are only counted. No test, no assertion,
// no measuring, no timeout: what a load generator takes beyond this is the price of being one.
//
//   bench-floor PORT PATH CONNECTIONS SECONDS      (0 seconds: one answer on each connection)
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
  int descriptor = -1;
  std::size_t missing = 0;  // bytes of its answer that have yet to come; 0: none of it has come
};

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

int connect_to(std::uint16_t port) {
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

// Of a whole answer, head included, by its beginning.
std::size_t answer_size(std::string_view beginning) {
  constexpr std::string_view kLength = "\r\ncontent-length:";
  const auto head_end = beginning.find("\r\n\r\n");
  if (!beginning.starts_with("HTTP/1.1 200 ") || head_end == std::string_view::npos)
    throw std::runtime_error("the answer is not as expected");
  for (std::size_t at = 0; at < head_end; ++at) {
    if (strncasecmp(beginning.data() + at, kLength.data(), kLength.size()) != 0) continue;
    return head_end + 4 + std::strtoull(beginning.data() + at + kLength.size(), nullptr, 10);
  }
  throw std::runtime_error("the answer has no Content-Length");
}

class Floor {
 public:
  Floor(std::uint16_t port, std::string_view path, std::size_t connections)
      : request_("GET " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
        epoll_(checked(epoll_create1(0), "epoll_create1")),
        connections_(connections),
        buffer_(256 * 1024) {
    for (Connection& connection : connections_) {
      connection.descriptor = connect_to(port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &connection;
      checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.descriptor, &event), "epoll_ctl");
    }
  }

  void run_for(Clock::duration time) {
    send_requests();
    for (const auto end = Clock::now() + time; Clock::now() < end;) {
      receive_answers([this](const Connection& connection) { send_request(connection); });
    }
  }

  void run_once() {
    send_requests();
    for (std::size_t missing = connections_.size(); missing > 0;) {
      receive_answers([&](const Connection&) { --missing; });
    }
  }

 private:
  void send_requests() const {
    for (const Connection& connection : connections_) send_request(connection);
  }

  void send_request(const Connection& connection) const {
    checked(static_cast<int>(send(connection.descriptor, request_.data(), request_.size(), MSG_NOSIGNAL)), "send");
  }

  // Of those that are there; calls answered(connection) when one is complete.
  template <typename Answered>
  void receive_answers(Answered&& answered) {
    std::array<epoll_event, 512> events{};
    const int count = checked(epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100), "epoll_wait");
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (receive(connection)) answered(connection);
    }
  }

  // True when its answer is complete.
  bool receive(Connection& connection) {
    const ssize_t received = checked(static_cast<int>(recv(connection.descriptor, buffer_.data(), buffer_.size(), MSG_DONTWAIT)), "recv");
    if (received == 0) throw std::runtime_error("the server closed a connection");
    const auto bytes = static_cast<std::size_t>(received);
    if (size_ == 0) size_ = answer_size({buffer_.data(), bytes});
    if (connection.missing == 0) connection.missing = size_;
    if (bytes > connection.missing) throw std::runtime_error("the answers differ in size");
    connection.missing -= bytes;
    return connection.missing == 0;
  }

  const std::string request_;
  const int epoll_;
  std::vector<Connection> connections_;
  std::vector<char> buffer_;
  std::size_t size_ = 0;  // of an answer; 0: none has come yet
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: bench-floor PORT PATH CONNECTIONS SECONDS\n";
    return 2;
  }
  try {
    Floor floor(static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2], static_cast<std::size_t>(std::atoi(argv[3])));
    const std::chrono::seconds time(std::atoi(argv[4]));
    time.count() == 0 ? floor.run_once() : floor.run_for(time);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench-floor: " << error.what() << '\n';
    return 1;
  }
}
