#include "engine/fiber/fiber.h"

#include <exception>
#include <utility>

#include "engine/fiber/loop.h"

namespace loads::fiber {

Fiber::Fiber(Loop& loop, Stack stack, std::function<void()> body)
    : loop_(loop), body_(std::move(body)), context_(stack, &Fiber::enter, this) {
  deadline_.fiber = this;
}

void Fiber::enter(void* self) {
  auto& fiber = *static_cast<Fiber*>(self);
  try {
    fiber.throw_if_cancelled();
    fiber.body_();
  } catch (const Cancelled&) {
    // It was asked to end, and has.
  }
  // Captured values die on the fiber's own stack and time, while it still can suspend.
  fiber.body_ = nullptr;
}

void Fiber::cancel() {
  cancelled_ = true;
  if (waiting_) loop_.make_ready(*this);
}

void Fiber::throw_if_cancelled() {
  if (cancelled_ && std::uncaught_exceptions() == 0) throw Cancelled{};
}

}  // namespace loads::fiber
