#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace loads::target {

// A client that sends and receives plain bytes on loopback, so that a server is tested against the protocol and not against a library that
// knows it. A wait for bytes that do not come ends after ten seconds.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // True when all of it was taken: the server may close while it is sent.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void finish_sending() { shutdown(socket_, SHUT_WR); }

  // What comes until it ends with `end`; throws when the connection ends before.
  std::string receive_until(std::string_view end) {
    std::string text;
    while (!text.ends_with(end)) {
      if (!receive_one(text)) {
        throw std::runtime_error("the connection ended after: " + text);
      }
    }
    return text;
  }

  std::string receive(std::size_t size) {
    std::string text;
    while (text.size() < size) {
      if (!receive_one(text)) {
        throw std::runtime_error("the connection ended after: " + text);
      }
    }
    return text;
  }

  // Everything up to the end of the connection, by a close (reset: false) or a reset.
  struct Rest {
    std::string text;
    bool reset = false;
  };
  Rest receive_rest() {
    Rest rest;
    while (receive_some(rest.text, 64 * 1024)) {
    }
    rest.reset = was_reset_;
    return rest;
  }

  std::string head() { return receive_until("\r\n\r\n"); }

 private:
  bool receive_one(std::string& text) { return receive_some(text, 1); }

  bool receive_some(std::string& text, std::size_t most) {
    const std::size_t before = text.size();
    text.resize(before + most);
    const auto got = recv(socket_, text.data() + before, most, 0);
    text.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0 && errno != ECONNRESET) {
      throw std::runtime_error("nothing came for ten seconds, after: " + text);
    }
    was_reset_ = got < 0;
    return got > 0;
  }

  int socket_;
  bool was_reset_ = false;
};

// What a server on `port` sends to one request for `path`, to the end of the connection.
inline RawClient::Rest fetch(std::uint16_t port, std::string_view path, std::string_view method = "GET") {
  RawClient client(port);
  client.send(std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  return client.receive_rest();
}

inline std::string body_of(const RawClient::Rest& answer) {
  const auto end = answer.text.find("\r\n\r\n");
  return end == std::string::npos ? "no head in: " + answer.text : answer.text.substr(end + 4);
}

}  // namespace loads::target
