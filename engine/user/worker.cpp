#include "engine/user/worker.h"

#include <algorithm>
#include <utility>

#include "engine/user/closed_load.h"
#include "engine/user/open_load.h"

namespace loads::user {
namespace {

constexpr std::chrono::seconds kFlushPeriod{1};
constexpr std::chrono::milliseconds kTick{10};  // how exactly --stop-timeout is kept, and how often it is looked how punctual the thread is
// For what the host does at the end, when --stop-timeout gives it less. After a cut it is less than a process of Python then has to end.
constexpr std::chrono::seconds kLastHooks{5};
constexpr std::chrono::seconds kLastHooksOfACut{2};

}  // namespace

Worker::Worker(const plan::Plan& plan, const std::vector<const TestInfo*>& tests, const Settings& settings, dns::Resolver& resolver,
               const Sink& sink, plan::Deal largest_deal, metrics::LiveTally* tally)
    : plan_(plan), mix_(tests), sink_(sink), context_(settings, resolver, largest_deal.count, tally) {
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

void Worker::run_step(std::uint32_t index, const Assignment& assignment) {
  const plan::Step& step = plan_.steps[index];
  StepState state{plan_,
                  step,
                  assignment.turn,
                  assignment.deal,
                  assignment.start,
                  fiber::kNever,
                  assignment.joined,
                  assignment.since_run,
                  assignment.most_users,
                  assignment.steering};
  if (step.duration) state.end = state.start + std::chrono::duration_cast<fiber::Duration>(*step.duration);
  cut_at_ = state.end == fiber::kNever ? fiber::kNever : state.end + context_.settings.stop_timeout;
  begin_figures(index, state);
  steered_ = assignment.steering.size();
  load_ = make_load(state);
  load_->begin();
  if (stopping_) load_->stop();
  in_step_ = true;
  context_.loop.run();
  meter_.sample();
  flush();
  in_step_ = false;
}

void Worker::begin_figures(std::uint32_t index, const StepState& state) {
  context_.recorder.slice().step = index;
  context_.recorder.set_scheduled(state.step.rate.has_value());
  context_.users = plan_.users_of_agent(state.step);
  if (index == 0 && plan_.warm_up > plan::Seconds(0)) {
    warm_until_ = state.start + std::chrono::duration_cast<fiber::Duration>(plan_.warm_up);
    context_.recorder.set_warm_up(context_.loop.now() < warm_until_);
  }
  meter_.begin();
  next_flush_ = state.start + kFlushPeriod;
  context_.loop.every(kTick, [this](fiber::Duration late) { on_tick(late); });
}

std::unique_ptr<Load> Worker::make_load(const StepState& state) {
  const Crew crew{context_, mix_, active_users_};
  if (state.step.rate) return std::make_unique<OpenLoad>(crew, state);
  return std::make_unique<ClosedLoad>(crew, state);
}

void Worker::on_tick(fiber::Duration late) {
  meter_.tick(late, kTick);
  if (context_.loop.now() >= warm_until_) end_warm_up();
  if (context_.loop.now() >= next_flush_) {
    next_flush_ = context_.loop.now() + kFlushPeriod;
    meter_.sample();
    flush();
  }
  if (context_.loop.now() >= cut_at_) context_.loop.cancel_all();
}

// Exactly one slice is of either kind.
void Worker::end_warm_up() {
  flush();
  context_.recorder.set_warm_up(false);
  warm_until_ = fiber::kNever;
}

void Worker::flush() {
  metrics::Slice slice = context_.recorder.take();
  slice.unread_statuses = context_.http.answers.take_unread_statuses();
  if (!slice.empty()) sink_(std::move(slice));
}

void Worker::conclude() {
  if (context_.settings.host == nullptr) return;
  in_step_ = true;
  cut_at_ = fiber::Clock::now() + patience_at_end();
  context_.settings.host->at_end(context_);
  flush();
  in_step_ = false;
}

// The step may have used all of its own.
fiber::Duration Worker::patience_at_end() const {
  if (cut_) return kLastHooksOfACut;
  return std::max<fiber::Duration>(context_.settings.stop_timeout, kLastHooks);
}

void Worker::stop() {
  stopping_.store(true, std::memory_order_relaxed);
  context_.loop.post([this] { load_->stop(); });
}

// What is posted while a step begins may be older than what the step was told.
void Worker::steer(const plan::Steering& steering) {
  context_.loop.post([this, steering] {
    if (steering.size() <= steered_) return;
    steered_ = steering.size();
    load_->steer(steering);
  });
}

void Worker::cut() {
  stopping_.store(true, std::memory_order_relaxed);
  cut_.store(true, std::memory_order_relaxed);
  context_.loop.post([this] { context_.loop.cancel_all(); });
}

}  // namespace loads::user
