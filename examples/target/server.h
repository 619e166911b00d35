#pragma once

#include <cstdint>
#include <memory>

#include "examples/target/counters.h"
#include "examples/target/options.h"

namespace loads::target {

// A web server that behaves as the path of a request asks (see loads-target --help) and counts its answers. loads-target is one of them; a
// test can have one in its own process: it runs on threads of its own from construction to destruction. Its members may be called from any
// thread.
class Server {
 public:
  explicit Server(Options options);  // throws loads::Failure when it cannot listen
  ~Server();                         // cuts the connections and waits for the threads
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  std::uint64_t answered() const;
  Statistics statistics() const;
  void reset_counts();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loads::target
