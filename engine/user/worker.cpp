#include "engine/user/worker.h"

#include <algorithm>
#include <utility>

#include "engine/user/test_cycle.h"
#include "engine/user/virtual_user.h"

namespace loads::user {
namespace {

constexpr std::chrono::seconds kFlushPeriod{1};
constexpr std::chrono::milliseconds kTick{100};  // how exactly --stop-timeout is kept

}  // namespace

struct Worker::StepState {
  const plan::Step& step;
  plan::Seconds ramp_up;
  fiber::TimePoint start;
  fiber::TimePoint end;  // no new test run from then on; kNever when the step is bounded by hits
};

// The objects of one virtual user: one for each test that it runs, made and set up when it is first run.
class Worker::TestSet {
 public:
  TestSet(const std::vector<const TestInfo*>& tests, const std::vector<std::size_t>& cycle, VirtualUser& user)
      : tests_(tests), cycle_(cycle), user_(user), next_(user.index() % cycle.size()), objects_(tests.size()) {}
  ~TestSet() {
    for (std::size_t i = 0; i < objects_.size(); ++i) {
      if (objects_[i] != nullptr) user_.destroy(std::move(objects_[i]), *tests_[i]);
    }
  }
  TestSet(const TestSet&) = delete;
  TestSet& operator=(const TestSet&) = delete;

  struct Entry {
    const TestInfo* info;
    TestCase* object;  // null: it could not be made or set up, which is recorded
  };

  Entry next() {
    const std::size_t index = cycle_[next_];
    if (++next_ == cycle_.size()) next_ = 0;
    if (objects_[index] == nullptr) objects_[index] = make(*tests_[index]);
    return {tests_[index], objects_[index].get()};
  }

  bool tear_down() {
    bool done = true;
    for (std::size_t i = 0; i < objects_.size(); ++i) {
      if (objects_[i] != nullptr && !user_.tear_down(*objects_[i], *tests_[i])) done = false;
    }
    return done;
  }

 private:
  std::unique_ptr<TestCase> make(const TestInfo& info) {
    auto object = user_.make(info);
    if (object != nullptr && !user_.set_up(*object, info)) user_.destroy(std::move(object), info);
    return object;
  }

  const std::vector<const TestInfo*>& tests_;
  const std::vector<std::size_t>& cycle_;
  VirtualUser& user_;
  std::size_t next_;  // in the cycle
  std::vector<std::unique_ptr<TestCase>> objects_;
};

Worker::Worker(const plan::Plan& plan, const std::vector<const TestInfo*>& tests, const Settings& settings, dns::Resolver& resolver,
               const Sink& sink, plan::Deal largest_deal, metrics::LiveTally* tally)
    : plan_(plan), tests_(tests), cycle_(test_cycle(tests)), sink_(sink), context_(settings, resolver, largest_deal.count, tally) {
  if (const auto& host = settings.host) {
    const auto before = [host = host.get()](int descriptor, int timeout) {
      timeout = host->wait(descriptor, timeout);
      host->before_wait();
      return timeout;
    };
    context_.loop.around_wait(before, [host = host.get()] { host->after_wait(); });
  }
}

Worker::~Worker() = default;

void Worker::run_step(std::uint32_t index, plan::Deal deal, fiber::TimePoint start) {
  const plan::Step& plan_step = plan_.steps[index];
  StepState step{plan_step, plan_.ramp_up, start, fiber::kNever};
  if (plan_step.duration) step.end = start + std::chrono::duration_cast<fiber::Duration>(*plan_step.duration);
  cut_at_ = step.end == fiber::kNever ? fiber::kNever : step.end + context_.settings.stop_timeout;
  context_.recorder.slice().step = index;
  context_.users = plan_step.users;
  cpu_.begin();
  next_flush_ = start + kFlushPeriod;
  context_.loop.every(kTick, [this] { on_tick(); });
  for (std::uint32_t i = 0; i < deal.count; ++i) {
    context_.loop.spawn([this, &step, user = deal.first + i] { run_user(step, user); });
  }
  in_step_ = true;
  context_.loop.run();
  flush();
  in_step_ = false;
}

void Worker::run_user(const StepState& step, std::uint32_t index) {
  fiber::Fiber& fiber = *context_.loop.running();
  // Not on the stack, of which every page that is used once stays with the user.
  const auto own = std::make_unique<VirtualUser>(context_, index);
  VirtualUser& user = *own;
  const struct Presence {
    Presence(fiber::Fiber& fiber_in, VirtualUser& user_in) : fiber(fiber_in) {
      fiber.owner = &user_in;
      VirtualUser::enter(&user_in);
    }
    ~Presence() {
      fiber.owner = nullptr;
      VirtualUser::enter(nullptr);
    }
    fiber::Fiber& fiber;
  } presence(fiber, user);

  const auto offset = std::chrono::duration_cast<fiber::Duration>(plan::start_offset(index, step.step.users, step.ramp_up));
  wait_until(step.start + offset);
  active_users_.fetch_add(1, std::memory_order_relaxed);
  const std::shared_ptr<void> gone(nullptr, [&](void*) { active_users_.fetch_sub(1, std::memory_order_relaxed); });
  run_tests(step, user);
}

// A step that begins later and the ramp-up are one wait, which stop() ends.
void Worker::wait_until(fiber::TimePoint start) {
  if (start <= fiber::Clock::now()) return;
  fiber::Fiber& fiber = *context_.loop.running();
  between_runs_.insert(&fiber);
  const std::shared_ptr<void> forget(nullptr, [&](void*) { between_runs_.erase(&fiber); });
  if (!stopping_.load(std::memory_order_relaxed)) context_.loop.sleep_until(start);
}

void Worker::run_tests(const StepState& step, VirtualUser& user) {
  fiber::Fiber& fiber = *context_.loop.running();
  TestSet tests(tests_, cycle_, user);
  for (std::uint64_t runs = 0; goes_on(step, runs); ++runs) {
    const std::uint64_t suspensions = fiber.suspensions();
    const TestSet::Entry test = tests.next();
    if (test.object == nullptr) {
      // A user that cannot be set up runs nothing: one error, not one for each run that it would have made.
      context_.recorder.end_run(user.end().value_or(metrics::Outcome::error));
      return;
    }
    const metrics::Outcome outcome = user.run(*test.object, *test.info);
    context_.recorder.end_run(outcome);
    if (outcome == metrics::Outcome::cut || user.end()) break;
    // A test that never waits would keep the others, and the clock, from their turn.
    if (fiber.suspensions() == suspensions) context_.loop.yield();
  }
  // Nothing that went wrong goes uncounted, though it is no run of the test.
  if (!fiber.cancelled() && !tests.tear_down()) context_.recorder.end_run(metrics::Outcome::error);
}

bool Worker::goes_on(const StepState& step, std::uint64_t runs_done) const {
  if (stopping_.load(std::memory_order_relaxed)) return false;
  return step.step.hits ? runs_done < *step.step.hits : context_.loop.now() < step.end;
}

void Worker::on_tick() {
  if (context_.loop.now() >= next_flush_) {
    next_flush_ = context_.loop.now() + kFlushPeriod;
    cpu_.sample();
    flush();
  }
  if (context_.loop.now() >= cut_at_) context_.loop.cancel_all();
}

void Worker::flush() {
  metrics::Slice slice = context_.recorder.take();
  slice.unread_statuses = context_.http.answers.take_unread_statuses();
  if (!slice.empty()) sink_(std::move(slice));
}

void Worker::conclude() {
  if (context_.settings.host == nullptr) return;
  in_step_ = true;
  context_.settings.host->at_end(context_);
  flush();
  in_step_ = false;
}

void Worker::stop() {
  stopping_.store(true, std::memory_order_relaxed);
  context_.loop.post([this] { cancel_waiting(); });
}

void Worker::cancel_waiting() {
  for (fiber::Fiber* fiber : between_runs_) fiber->cancel();
}

void Worker::cut() {
  stopping_.store(true, std::memory_order_relaxed);
  context_.loop.post([this] { context_.loop.cancel_all(); });
}

}  // namespace loads::user
