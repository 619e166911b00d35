#include "common/metrics/recorder.h"

#include <algorithm>

#include "common/metrics/bounded_text.h"

namespace loads::metrics {
namespace {

constexpr Nanoseconds kAny{-1};  // no time at all is slow enough

Nanoseconds floor_of(const ExemplarTable& table) {
  return table.slowest().size() < ExemplarTable::kMostSlowest ? kAny : table.slowest().back().total;
}

}  // namespace

Recorder::NameId Recorder::request_name(std::string_view name) {
  key_.assign(bounded(name));
  if (const auto found = ids_.find(key_); found != ids_.end()) return found->second;
  if (names_.size() >= kMaxNames && name != kOtherName) return request_name(kOtherName);
  const auto id = static_cast<NameId>(names_.size());
  names_.push_back(key_);
  stats_.push_back(nullptr);
  slow_enough_.push_back(floor_of(kept_));
  ids_.emplace(key_, id);
  return id;
}

bool Recorder::lacks(NameId name, const RequestRecord& record) const {
  if (record.error == RequestError::cancelled) return false;  // nothing has gone wrong with it
  const bool failed = record.status < 1 || record.status >= 400;
  return !failed || kept_.lacks_failure(names_[name], record.status, record.error, {});
}

void Recorder::keep(NameId name, Exemplar exemplar) {
  exemplar.name = names_[name];
  exemplar.step = slice_.step;
  slice_.exemplars.add(exemplar);
  kept_.add(std::move(exemplar));
  set_limits();
}

// Slower than the fastest of those of its name, where there are as many as may be, and than the fastest of all.
void Recorder::set_limits() {
  std::fill(slow_enough_.begin(), slow_enough_.end(), floor_of(kept_));
  const auto& slowest = kept_.slowest();
  for (auto one = slowest.begin(); one != slowest.end(); ++one) {
    const auto is_of_name = [&](const Exemplar& other) { return other.name == one->name; };
    if (static_cast<std::size_t>(std::count_if(slowest.begin(), one + 1, is_of_name)) == ExemplarTable::kMostOfName) {
      slow_enough_[ids_.at(one->name)] = one->total;
    }
  }
}

Slice Recorder::take() {
  Slice empty;
  empty.step = slice_.step;
  empty.warm_up = slice_.warm_up;
  std::fill(stats_.begin(), stats_.end(), nullptr);
  return std::exchange(slice_, std::move(empty));
}

}  // namespace loads::metrics
