#include "engine/user/active_user.h"

namespace loads::user {

ActiveUser::Presence::Presence(fiber::Fiber& fiber, VirtualUser& user) : fiber_(fiber) {
  fiber.owner = &user;
  VirtualUser::enter(&user);
}

ActiveUser::Presence::~Presence() {
  fiber_.owner = nullptr;
  VirtualUser::enter(nullptr);
}

ActiveUser::ActiveUser(const Crew& crew, std::uint32_t index)
    : context_(crew.context), user_(context_, index), presence_(*context_.loop.running(), user_), tests_(crew.mix, user_) {}

ActiveUser::~ActiveUser() = default;

bool ActiveUser::run_test() {
  const fiber::Fiber& fiber = *context_.loop.running();
  const std::uint64_t suspensions = fiber.suspensions();
  const TestSet::Entry test = tests_.next();
  if (test.object == nullptr) {
    // A user that cannot be set up runs nothing: one error, not one for each run that it would have made.
    context_.recorder.end_run(user_.end().value_or(metrics::Outcome::error));
    return is_set_up_ = false;
  }
  const metrics::Outcome outcome = user_.run(*test.object, *test.info);
  context_.recorder.end_run(outcome);
  if (outcome == metrics::Outcome::cut || user_.end()) return false;
  if (fiber.suspensions() == suspensions) context_.loop.yield();
  return true;
}

void ActiveUser::tear_down() {
  // Nothing that went wrong goes uncounted, though it is no run of the test.
  if (is_set_up_ && !context_.loop.running()->cancelled() && !tests_.tear_down()) context_.recorder.end_run(metrics::Outcome::error);
}

}  // namespace loads::user
