#include "python/engine/last_user.h"

#include <memory>

#include "engine/user/virtual_user.h"
#include "python/engine/case.h"

namespace loads::python {

void tear_down_classes(user::Context& context) {
  context.loop.spawn([&context] {
    const auto user = std::make_unique<user::VirtualUser>(context, 0);
    fiber::Fiber& fiber = *context.loop.running();
    fiber.owner = user.get();
    user::VirtualUser::enter(user.get());
    const std::shared_ptr<void> gone(nullptr, [&](void*) {
      fiber.owner = nullptr;
      user::VirtualUser::enter(nullptr);
    });
    try {
      if (!tear_down_classes(*user)) context.recorder.end_run(metrics::Outcome::error);
    } catch (const fiber::Cancelled&) {
    }
  });
  context.loop.run();
}

}  // namespace loads::python
