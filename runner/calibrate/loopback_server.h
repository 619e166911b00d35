#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "common/descriptor.h"

namespace loads::runner {

// A server on this machine that answers each request with the same few bytes, as cheaply as can be: what a generator is measured against.
// It reads of a request only where it ends. Threads of its own, until it is destroyed.
class LoopbackServer {
 public:
  explicit LoopbackServer(std::uint32_t threads);  // throws Failure(local_resource)
  ~LoopbackServer() = default;
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string url() const;
  std::chrono::nanoseconds cpu_time() const;  // that its threads have taken so far

 private:
  static void serve(const std::stop_token& ended, const Descriptor& listener);

  std::uint16_t port_ = 0;
  std::vector<Descriptor> listeners_;
  std::vector<std::jthread> threads_;  // the last one: they end before what they use
};

}  // namespace loads::runner
