#include "common/plan/schedule.h"

#include <algorithm>
#include <utility>

namespace loads::plan {
namespace {

// Those that have no more are the last.
bool is_earlier(const Arrivals& a, const Arrivals& b) { return a.next() && (!b.next() || *a.next() < *b.next()); }

}  // namespace

Schedule::Schedule(Profile rate, Spacing spacing, std::uint64_t seed, Turn turn)
    : planned_(std::move(rate)), spacing_(spacing), seed_(seed), rate_(planned_) {
  arrivals_.emplace_back(rate_, spacing_, seed_, turn);
}

std::optional<Seconds> Schedule::next() const {
  return arrivals_.size() == 1 ? arrivals_.front().next() : std::min_element(arrivals_.begin(), arrivals_.end(), is_earlier)->next();
}

void Schedule::take() {
  if (arrivals_.size() == 1) return arrivals_.front().take();
  std::min_element(arrivals_.begin(), arrivals_.end(), is_earlier)->take();
}

void Schedule::skip_to(Seconds time) {
  for (Arrivals& one : arrivals_) one.skip_to(time);
}

std::uint64_t Schedule::count_until(Seconds time) const {
  std::uint64_t count = 0;
  for (const Arrivals& one : arrivals_) count += one.count_until(time);
  return count;
}

void Schedule::change(const std::vector<Profile::Change>& changes, Seconds now) {
  rate_ = planned_.with(changes);
  for (Arrivals& one : arrivals_) {
    const bool is_overdue = one.next() && *one.next() < now;
    one.follow(rate_);
    if (!is_overdue) one.skip_to(now);
  }
}

void Schedule::add(Turn turn, Seconds from) { arrivals_.emplace_back(rate_, spacing_, seed_, turn).skip_to(from); }

}  // namespace loads::plan
