#pragma once

#include <cstddef>
#include <vector>

#include "engine/fiber/loop.h"
#include "engine/net/endpoint.h"

namespace loads::http {

// How many connections to one server the requests of one user may have in use at once: as many as those of a browser. What comes beyond
// waits until one is done.
class HostSlots {
 public:
  static constexpr std::size_t kMost = 6;

  class Slot {
   public:
    // Suspends until there is one; a fiber that had to wait has no deadline then.
    Slot(HostSlots& slots, fiber::Loop& loop, const net::Endpoint& endpoint);
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    bool has_waited() const { return has_waited_; }

   private:
    HostSlots& slots_;
    fiber::Loop& loop_;
    const net::Endpoint& endpoint_;
    bool has_waited_ = false;
  };

 private:
  std::size_t used(const net::Endpoint& endpoint) const;

  std::vector<const net::Endpoint*> used_;  // one entry for each slot that is taken
  std::vector<fiber::Fiber*> waiting_;
};

}  // namespace loads::http
