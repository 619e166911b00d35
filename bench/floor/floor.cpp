// The floor: the least that a client of one thread can do for keep-alive HTTP over epoll. Every connection has the same request on its way
// all the time; the size of the first answer is worked out from its head, and from then on bytes are only counted. No test, no assertion,
// no measuring, no timeout: what a load generator takes beyond this is the price of being one.
//
//   bench-floor PORT PATH CONNECTIONS SECONDS      (0 seconds: one answer on each connection)
#include <strings.h>

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
using floors::Connection;

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
        connections_(port, connections, [](Connection&) {}) {}

  void run_for(Clock::duration time) {
    send_requests();
    for (const auto end = Clock::now() + time; Clock::now() < end;) {
      connections_.turn([this](Connection& connection) {
        if (receive(connection)) connection.send(request_);
      });
    }
  }

  void run_once() {
    send_requests();
    for (std::size_t missing = connections_.all().size(); missing > 0;) {
      connections_.turn([&](Connection& connection) {
        if (receive(connection)) --missing;
      });
    }
  }

 private:
  void send_requests() const {
    for (const Connection& connection : connections_.all()) connection.send(request_);
  }

  // True when its answer is complete.
  bool receive(Connection& connection) {
    const std::string_view bytes = connections_.receive(connection);
    if (size_ == 0) size_ = answer_size(bytes);
    if (connection.missing == 0) connection.missing = size_;
    if (bytes.size() > connection.missing) throw std::runtime_error("the answers differ in size");
    connection.missing -= bytes.size();
    return connection.missing == 0;
  }

  const std::string request_;
  floors::Connections connections_;
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
