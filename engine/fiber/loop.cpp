#include "engine/fiber/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

namespace loads::fiber {
namespace {

constexpr int kEventsPerTurn = 512;

Descriptor checked(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return Descriptor(descriptor);
}

}  // namespace

Loop::Loop(std::size_t expected_fibers)
    : stacks_(expected_fibers),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_up_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      now_(Clock::now()),
      timers_(now_) {
  watch(wake_up_.get(), wake_up_watch_);
}

Loop::~Loop() = default;

Fiber& Loop::spawn(std::function<void()> body) {
  fibers_.push_back(std::make_unique<Fiber>(*this, stacks_.take(), std::move(body)));
  fibers_.back()->index_ = fibers_.size() - 1;
  ++live_;
  make_ready(*fibers_.back());
  return *fibers_.back();
}

void Loop::cancel_all() {
  for (const auto& fiber : fibers_) fiber->cancel();
}

void Loop::every(Duration period, std::function<void(Duration late)> callback) {
  period_ = period;
  every_ = std::move(callback);
  next_period_ = Clock::now() + period;
}

void Loop::run() {
  now_ = Clock::now();
  while (true) {
    run_ready();
    if (live_ == 0) break;
    poll();
  }
  fibers_.clear();
}

void Loop::poll() {
  epoll_event events[kEventsPerTurn];
  const int count = wait_for_events(events, kEventsPerTurn);
  now_ = Clock::now();
  ++turns_;
  // All flags first, then the fibers (in run_ready): a fiber that closes a socket must not leave an event behind that points to it.
  for (int i = 0; i < count; ++i) {
    auto& watch = *static_cast<Watch*>(events[i].data.ptr);
    const std::uint32_t what = events[i].events;
    if ((what & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) watch.readable = true;
    if ((what & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) watch.writable = true;
    if ((what & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) watch.hung_up = true;
    if (watch.readable) {
      if (watch.reader != nullptr) {
        make_ready(*watch.reader);
      } else if (watch.idle_reader != nullptr) {
        watch.idle_reader->on_readable();
      }
    }
    if (watch.writer != nullptr && watch.writable) make_ready(*watch.writer);
  }
  timers_.advance(now_, [this](Timer& timer) {
    Fiber& fiber = *static_cast<Fiber::Deadline&>(timer).fiber;
    if (!fiber.waiting_) return;
    fiber.expired_ = true;
    make_ready(fiber);
  });
  if (now_ >= alarm_) make_ready(*alarmed_);
  if (wake_up_watch_.readable) run_posted();
  if (now_ >= next_period_) {
    const Duration late = now_ - next_period_;
    next_period_ = std::max(next_period_ + period_, now_);
    every_(late);
  }
}

int Loop::wait_for_events(epoll_event* events, int most) {
  int timeout = poll_timeout();
  if (before_wait_) timeout = before_wait_(epoll_.get(), timeout);
  const bool is_near = timeout == 0 && first_ready_ == nullptr && alarm_ != kNever;
  const int count = is_near ? wait_for_alarm(events, most) : epoll_wait(epoll_.get(), events, most, timeout);
  if (after_wait_) after_wait_();
  return count;
}

// The rest of the way, less than a millisecond.
int Loop::wait_for_alarm(epoll_event* events, int most) {
  const Duration left = std::max(std::min(alarm_, next_wake()) - Clock::now(), Duration::zero());
  const timespec time{static_cast<time_t>(left / std::chrono::seconds(1)), static_cast<long>((left % std::chrono::seconds(1)).count())};
  const int count = epoll_pwait2(epoll_.get(), events, most, &time, nullptr);
  return count < 0 && errno == ENOSYS ? epoll_wait(epoll_.get(), events, most, 1) : count;  // before Linux 5.11
}

int Loop::poll_timeout() {
  if (first_ready_ != nullptr) return 0;
  const TimePoint wake = next_wake();
  const TimePoint now = Clock::now();
  if (alarm_ <= wake) {
    // The kernel may end a long wait a thousandth of it late.
    if (alarm_ == kNever) return -1;
    const Duration left = (alarm_ - now) - (alarm_ - now) / 256;
    return static_cast<int>(std::clamp<std::int64_t>(left / std::chrono::milliseconds(1), 0, 60'000));
  }
  const auto rounded_up = (wake - now + std::chrono::milliseconds(1) - Duration(1)) / std::chrono::milliseconds(1);
  return static_cast<int>(std::clamp<std::int64_t>(rounded_up, 0, 60'000));
}

void Loop::run_ready() {
  // Those that become ready meanwhile wait for the next turn, so that two fibers which wake each other cannot keep the sockets waiting.
  Fiber* const last = last_ready_;
  while (first_ready_ != nullptr) {
    Fiber& fiber = *first_ready_;
    first_ready_ = fiber.next_ready_;
    if (first_ready_ == nullptr) last_ready_ = nullptr;
    fiber.queued_ = false;
    if (first_ready_ != nullptr) first_ready_->prefetch();
    const bool turn_ends = &fiber == last;
    resume(fiber);
    if (turn_ends) break;
  }
}

void Loop::resume(Fiber& fiber) {
  running_ = &fiber;
  if (on_switch_) on_switch_(&fiber);
  fiber.context_.resume();
  while (outside_ != nullptr) {
    (*std::exchange(outside_, nullptr))();
    fiber.context_.resume();
  }
  if (on_switch_) on_switch_(nullptr);
  running_ = nullptr;
  if (!fiber.context_.done()) return;
  timers_.remove(fiber.deadline_);
  stacks_.give_back(fiber.stack());
  --live_;
  forget(fiber);
}

void Loop::forget(Fiber& fiber) {
  const std::size_t index = fiber.index_;
  std::swap(fibers_[index], fibers_.back());
  fibers_[index]->index_ = index;
  fibers_.pop_back();
}

void Loop::make_ready(Fiber& fiber) {
  if (fiber.queued_) return;
  fiber.queued_ = true;
  fiber.next_ready_ = nullptr;
  (last_ready_ != nullptr ? last_ready_->next_ready_ : first_ready_) = &fiber;
  last_ready_ = &fiber;
}

void Loop::suspend() {
  Fiber& fiber = *running_;
  fiber.throw_if_cancelled();
  if (fiber.cancelled_) {  // it unwinds
    fiber.expired_ = true;
    return;
  }
  ++fiber.suspensions_;
  fiber.waiting_ = true;
  fiber.context_.suspend();
  fiber.waiting_ = false;
}

void Loop::run_outside(const std::function<void()>& call) {
  outside_ = &call;
  running_->context_.suspend();
}

void Loop::set_patience(Duration patience) { running_->patience_ = patience; }

void Loop::renew_deadline(const Fiber& fiber) {
  if (fiber.patience_ != Duration::zero()) set_deadline(Clock::now() + fiber.patience_);
}

bool Loop::wait(const bool& ready, Fiber*& waiter) {
  Fiber& fiber = *running_;
  renew_deadline(fiber);
  if (!begin_wait(fiber)) return false;
  waiter = &fiber;
  while (!ready && !fiber.expired_ && !fiber.cancelled_) suspend();
  waiter = nullptr;
  return end_wait(fiber, ready);
}

bool Loop::begin_wait(Fiber& fiber) const {
  fiber.throw_if_cancelled();
  fiber.expired_ = fiber.deadline_.deadline <= now_;
  return !fiber.expired_ && !fiber.cancelled_;
}

// What came in the turn in which the deadline passed has come in time, as far as anybody knows: it is this thread that may have been late.
bool Loop::end_wait(Fiber& fiber, bool is_ready) {
  fiber.throw_if_cancelled();
  return is_ready && !fiber.cancelled_;
}

bool Loop::wait_either(Watch& watch, const bool& for_room) {
  Fiber& fiber = *running_;
  if (!begin_wait(fiber)) return false;
  watch.reader = watch.writer = &fiber;
  while (!watch.is_ready(for_room) && !fiber.expired_ && !fiber.cancelled_) suspend();
  watch.reader = watch.writer = nullptr;
  return end_wait(fiber, watch.is_ready(for_room));
}

void Loop::set_deadline(TimePoint deadline) {
  running_->expired_ = false;
  timers_.arm(running_->deadline_, deadline);
}

void Loop::sleep_until(TimePoint time) {
  Fiber& fiber = *running_;
  set_deadline(time);
  while (!fiber.expired_) {
    suspend();
    fiber.throw_if_cancelled();
  }
  timers_.disarm(fiber.deadline_);
}

void Loop::sleep_exactly_until(TimePoint time) {
  Fiber& fiber = *running_;
  fiber.throw_if_cancelled();
  alarm_ = time;
  alarmed_ = &fiber;
  suspend();
  alarm_ = kNever;
  fiber.throw_if_cancelled();
}

void Loop::yield() {
  Fiber& fiber = *running_;
  fiber.throw_if_cancelled();
  if (fiber.cancelled_) return;  // it unwinds; queued it would be entered again when it has ended
  make_ready(fiber);
  suspend();
  fiber.throw_if_cancelled();
  renew_deadline(fiber);
}

bool Loop::park() {
  Fiber& fiber = *running_;
  fiber.expired_ = fiber.deadline_.deadline <= now_;
  if (!fiber.expired_) suspend();
  fiber.throw_if_cancelled();
  return !fiber.expired_;
}

void Loop::park_regardless() {
  Fiber& fiber = *running_;
  ++fiber.suspensions_;
  fiber.waiting_ = true;
  fiber.context_.suspend();
  fiber.waiting_ = false;
}

void Loop::watch(int descriptor, Watch& watch) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watch;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) < 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void Loop::unwatch(int descriptor) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr); }

void Loop::post(std::function<void()> callback) {
  {
    const std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(callback));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_up_.get(), &one, sizeof one);
}

void Loop::run_posted() {
  wake_up_watch_.readable = false;
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(wake_up_.get(), &count, sizeof count);
  std::vector<std::function<void()>> callbacks;
  {
    const std::lock_guard lock(posted_mutex_);
    callbacks.swap(posted_);
  }
  for (const auto& callback : callbacks) callback();
}

void run_blocking(Loop& loop, const std::function<void()>& body) {
  if (loop.running() != nullptr) {
    body();
    return;
  }
  std::exception_ptr thrown;
  loop.spawn([&] {
    try {
      body();
    } catch (...) {
      thrown = std::current_exception();
    }
  });
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace loads::fiber
