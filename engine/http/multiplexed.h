#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/fiber/loop.h"
#include "engine/http/connection.h"
#include "engine/net/trouble.h"

namespace loads::http {

// Connections that requests of any number of fibers share (HTTP/2), and those that are being opened and may become such: whoever needs one
// too waits for it. Those that are open give way, the oldest first, when there are too many.
class MultiplexedConnections {
 public:
  explicit MultiplexedConnections(std::size_t most) : most_(most) {}

  // One that takes another request; null: there is none. With `any` also one that makes the request wait for others to end.
  std::shared_ptr<Connection> find(const net::Endpoint& endpoint, bool any);
  void keep(std::shared_ptr<Connection> connection);
  void close_all() { connections_.clear(); }

  // The time in which the running fiber opens a connection.
  class Opening {
   public:
    Opening(MultiplexedConnections& all, fiber::Loop& loop, const net::Endpoint& endpoint);
    ~Opening();
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;

    void failed(const net::Trouble& trouble);  // those who wait fail by it too

   private:
    friend class MultiplexedConnections;
    struct State;

    MultiplexedConnections& all_;
    fiber::Loop& loop_;
    std::shared_ptr<State> state_;
  };

  // Suspends while another fiber opens a connection to `endpoint`: false when none does. `trouble` is why it could not be opened, or that
  // the running fiber's deadline came first.
  bool wait_for_opening(const net::Endpoint& endpoint, fiber::Loop& loop, net::Trouble& trouble);

 private:
  std::size_t most_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Opening::State>> openings_;
};

}  // namespace loads::http
