#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

namespace zmq {
class socket_t;
}

namespace loads::wire {

// Waits for what its thread listens to: sockets of one Context, and file descriptors such as the eventfd by which another thread calls. A
// socket stays ready until receive() has nothing more, so a turn may take a bounded number of messages and leave the rest.
class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Socket, Zap, HandshakeMonitor. Each has to be removed before it ends.
  template <typename Source>
  void add(Source& source) {
    add_socket(source.handle());
  }
  template <typename Source>
  void remove(Source& source) {
    remove_socket(source.handle());
  }
  template <typename Source>
  bool ready(Source& source) const {
    return socket_ready(source.handle());
  }

  void add_descriptor(int descriptor);
  void remove_descriptor(int descriptor);
  bool descriptor_ready(int descriptor) const;  // readable, or at its end

  // Until something is ready or the time is over; a negative one is without end. How many are ready: 0 also after a signal.
  std::size_t wait(std::chrono::milliseconds timeout);

 private:
  void add_socket(zmq::socket_t& socket);
  void remove_socket(zmq::socket_t& socket);
  bool socket_ready(zmq::socket_t& socket) const;

  struct Items;
  std::unique_ptr<Items> items_;
};

}  // namespace loads::wire
