// The floor of web sockets: the least that a client of one thread can do over epoll with a server that sends every message back. Each
// connection has one message on its way all the time, which was masked beforehand, and of what comes back the bytes are only counted.
//
//   bench-websocket_floor PORT CONNECTIONS SECONDS
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/floor/connections.h"

namespace {

using Clock = std::chrono::steady_clock;
using floors::checked;
using floors::Connection;

constexpr std::string_view kText = "hello-0123456789-hello-0123456789";
constexpr std::size_t kEcho = 2 + kText.size();  // a server's frame

void upgrade(const Connection& connection) {
  constexpr std::string_view kRequest =
      "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  connection.send(kRequest);
  std::string answer;
  std::array<char, 1024> buffer{};
  while (answer.find("\r\n\r\n") == std::string::npos) {
    const int received = checked(recv(connection.descriptor, buffer.data(), buffer.size(), 0), "recv");
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
  Floor(std::uint16_t port, std::size_t connections) : frame_(masked_text()), connections_(port, connections, upgrade) {}

  void run_for(Clock::duration time) {
    for (const Connection& connection : connections_.all()) connection.send(frame_);
    for (const auto end = Clock::now() + time; Clock::now() < end;) {
      connections_.turn([this](Connection& connection) {
        if (receive(connection)) connection.send(frame_);
      });
    }
  }

 private:
  // True when the echo is complete.
  bool receive(Connection& connection) {
    if (connection.missing == 0) connection.missing = kEcho;
    connection.missing -= connections_.receive(connection).size();
    return connection.missing == 0;
  }

  const std::string frame_;
  floors::Connections connections_;
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
