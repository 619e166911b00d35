#include "observer/teller.h"

#include <exception>
#include <utility>

namespace loads::observer {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostThreads = 4;
constexpr std::chrono::seconds kPauses[] = {1s, 4s, 15s};  // between the attempts

Outcome attempt(const Telling& telling, const std::stop_token& stop) try {
  return tell(telling.observer, telling.end, [&stop] { return stop.stop_requested(); });
} catch (const std::exception& error) {
  return {error.what(), true};
}

}  // namespace

Teller::~Teller() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void Teller::add(Telling telling) {
  const std::scoped_lock lock(mutex_);
  waiting_.push_back(std::move(telling));
  ++pending_;
  if (waiting_.size() > idle_ && threads_.size() < kMostThreads) threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  wake_up_.notify_all();  // one that only waits for its next attempt might be the one
}

std::vector<Told> Teller::take() {
  const std::scoped_lock lock(mutex_);
  pending_ -= told_.size();
  return std::exchange(told_, {});
}

std::size_t Teller::pending() const {
  const std::scoped_lock lock(mutex_);
  return pending_;
}

void Teller::work(const std::stop_token& stop) {
  for (;;) {
    std::unique_lock lock(mutex_);
    ++idle_;
    const bool more = wake_up_.wait(lock, stop, [this] { return !waiting_.empty(); });
    --idle_;
    if (!more || stop.stop_requested()) return;
    const Telling telling = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    tell_patiently(telling, stop);
  }
}

void Teller::tell_patiently(const Telling& telling, const std::stop_token& stop) {
  Outcome outcome = attempt(telling, stop);
  for (const std::chrono::seconds pause : kPauses) {
    if (outcome.trouble.empty() || !outcome.try_again) break;
    std::unique_lock lock(mutex_);
    wake_up_.wait_for(lock, stop, pause, [&stop] { return stop.stop_requested(); });
    lock.unlock();
    if (stop.stop_requested()) return;  // not told, and not given up either
    outcome = attempt(telling, stop);
  }
  if (stop.stop_requested() && !outcome.trouble.empty()) return;
  const std::scoped_lock lock(mutex_);
  told_.push_back({telling.end.run, telling.end.state, std::move(outcome.trouble)});
}

}  // namespace loads::observer
