#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "proto/wire/socket.h"

namespace loads::wire {

// Where processes of other languages push what they have measured: a PULL socket. Messages are of one part and bounded; what a peer has
// sent before it went is not lost.
class Inlet {
 public:
  // Throws Failure(local_resource): "listen".
  Inlet(Context& context, const std::string& endpoint);
  ~Inlet();
  Inlet(const Inlet&) = delete;
  Inlet& operator=(const Inlet&) = delete;

  std::optional<std::string> receive();  // nothing: no more for now

  // How many peers are connected. What a peer has sent before it went is there for receive() once it is not counted any more.
  std::size_t connections();

  zmq::socket_t& handle() { return *socket_; }  // for Poller

 private:
  void read_events();

  std::unique_ptr<zmq::socket_t> socket_;
  std::unique_ptr<zmq::socket_t> events_;
  std::size_t connections_ = 0;
};

}  // namespace loads::wire
