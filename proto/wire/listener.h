#pragma once

#include <filesystem>
#include <string>

#include "common/descriptor.h"

namespace loads::wire {

// The listening descriptor of a server socket, opened by us and lent to ZeroMQ. ZeroMQ's own way would remove the socket file of a living
// server, and has no way to stop accepting: zmq_unbind() also cuts the connections that stand, and its io thread spins at 100 % once the
// process is out of descriptors. Used by Socket alone.
class Listener {
 public:
  // Binds and listens. The host of a tcp endpoint is an address, a name, or * for all; port 0 takes a free one. Throws loads::Failure with
  // the id "in-use" or "listen".
  explicit Listener(const std::string& endpoint);
  ~Listener();
  Listener(Listener&& other) noexcept;

  int lend() const;  // a duplicate, which the borrower closes

  // Nobody is let in any more, connections that stand are as they were: tcp peers get no answer and try again by themselves, a socket file
  // is set aside. Those who are waiting to be accepted are turned away; that needs no descriptor to spare.
  void pause();
  void resume();

 private:
  void open_tcp(const std::string& endpoint);
  void open_ipc(const std::string& endpoint);
  void turn_away_waiting();

  std::string endpoint_;
  std::filesystem::path file_;  // of ipc
  Descriptor socket_;
  Descriptor spare_;  // given up to turn somebody away when there is no other
  bool paused_ = false;
};

}  // namespace loads::wire
