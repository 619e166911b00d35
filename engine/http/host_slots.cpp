#include "engine/http/host_slots.h"

#include <algorithm>
#include <memory>

namespace loads::http {

HostSlots::Slot::Slot(HostSlots& slots, fiber::Loop& loop, const net::Endpoint& endpoint)
    : slots_(slots), loop_(loop), endpoint_(endpoint) {
  fiber::Fiber* const self = loop.running();
  const std::shared_ptr<void> forget(nullptr, [&](void*) { std::erase(slots.waiting_, self); });
  while (slots.used(endpoint) >= kMost) {
    has_waited_ = true;
    loop.set_deadline(fiber::kNever);
    if (std::find(slots.waiting_.begin(), slots.waiting_.end(), self) == slots.waiting_.end()) slots.waiting_.push_back(self);
    loop.park();
  }
  slots.used_.push_back(&endpoint);
}

HostSlots::Slot::~Slot() {
  slots_.used_.erase(std::find(slots_.used_.begin(), slots_.used_.end(), &endpoint_));
  for (fiber::Fiber* waiting : slots_.waiting_) loop_.wake(*waiting);
}

std::size_t HostSlots::used(const net::Endpoint& endpoint) const {
  return static_cast<std::size_t>(std::count(used_.begin(), used_.end(), &endpoint));
}

}  // namespace loads::http
