#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "common/descriptor.h"

namespace loads::support {

// A listener on loopback whose backlog is full: who connects to it waits for ever. Other addresses than 127.0.0.1 and given ports are for
// servers that have one address more.
class FullListener {
 public:
  explicit FullListener(const char* host = "127.0.0.1", std::uint16_t port = 0)
      : host_(host), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, host, &address.sin_addr);
    socklen_t size = sizeof address;
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_.get(), 0) != 0) {
      throw std::runtime_error("cannot listen");
    }
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 4; ++i) {
      waiting_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      [[maybe_unused]] const int begun = ::connect(waiting_.back().get(), reinterpret_cast<sockaddr*>(&address), size);
    }
  }

  std::string address() const { return host_ + ":" + std::to_string(port_); }
  std::string url() const { return "http://" + address() + "/"; }

 private:
  std::string host_;
  Descriptor listener_;
  std::vector<Descriptor> waiting_;
  std::uint16_t port_ = 0;
};

}  // namespace loads::support
