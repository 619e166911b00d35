// The floor of web sockets: the least that a client of one thread can do over epoll with a server that sends every message back. Each
// connection has one message on its way all the time, which was masked beforehand, and of what comes back the bytes are only counted.
//
//   bench-websocket_floor PORT CONNECTIONS SECONDS
#include <arpa/inet.h>
#include <netinet/tcp.h>
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

constexpr std::string_view kText = "hello-0123456789-hello-0123456789";
constexpr std::size_t kEcho = 2 + kText.size();  // a server's frame

struct Connection {
  int descriptor = -1;
  std::size_t missing = kEcho;  // bytes of the echo that have yet to come
};

int checked(ssize_t result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return static_cast<int>(result);
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

void upgrade(int descriptor) {
  constexpr std::string_view kRequest =
      "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  checked(send(descriptor, kRequest.data(), kRequest.size(), MSG_NOSIGNAL), "send");
  std::string answer;
  std::array<char, 1024> buffer{};
  while (answer.find("\r\n\r\n") == std::string::npos) {
    const int received = checked(recv(descriptor, buffer.data(), buffer.size(), 0), "recv");
    if (received == 0) throw std::runtime_error("the server closed a connection");
    answer.append(buffer.data(), static_cast<std::size_t>(received));
  }
  if (!answer.starts_with("HTTP/1.1 101 ")) throw std::runtime_error("the server has no web sockets");
}

std::string masked_text() {
  constexpr std::array<char, 4> kKey{1, 2, 3, 4};
  std::string frame{'\x81', static_cast<char>(0x80U | kText.size())};
  frame.append(kKey.data(), kKey.size());
  for (std::size_t i = 0; i < kText.size(); ++i) frame += static_cast<char>(kText[i] ^ kKey[i % 4]);
  return frame;
}

class Floor {
 public:
  Floor(std::uint16_t port, std::size_t connections)
      : frame_(masked_text()), epoll_(checked(epoll_create1(0), "epoll_create1")), connections_(connections), buffer_(64 * 1024) {
    for (Connection& connection : connections_) {
      connection.descriptor = connect_to(port);
      upgrade(connection.descriptor);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &connection;
      checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.descriptor, &event), "epoll_ctl");
    }
  }

  void run_for(Clock::duration time) {
    for (const Connection& connection : connections_) send_message(connection);
    for (const auto end = Clock::now() + time; Clock::now() < end;) turn();
  }

 private:
  void turn() {
    std::array<epoll_event, 512> events{};
    const int count = checked(epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100), "epoll_wait");
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (receive(connection)) send_message(connection);
    }
  }

  void send_message(const Connection& connection) const {
    checked(send(connection.descriptor, frame_.data(), frame_.size(), MSG_NOSIGNAL), "send");
  }

  // True when the echo is complete.
  bool receive(Connection& connection) {
    const int received = checked(recv(connection.descriptor, buffer_.data(), buffer_.size(), MSG_DONTWAIT), "recv");
    if (received == 0) throw std::runtime_error("the server closed a connection");
    connection.missing -= static_cast<std::size_t>(received);
    if (connection.missing > 0) return false;
    connection.missing = kEcho;
    return true;
  }

  const std::string frame_;
  const int epoll_;
  std::vector<Connection> connections_;
  std::vector<char> buffer_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: bench-websocket_floor PORT CONNECTIONS SECONDS\n";
    return 2;
  }
  try {
    Floor(static_cast<std::uint16_t>(std::atoi(argv[1])), static_cast<std::size_t>(std::atoi(argv[2])))
        .run_for(std::chrono::seconds(std::atoi(argv[3])));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench-websocket_floor: " << error.what() << '\n';
    return 1;
  }
}
