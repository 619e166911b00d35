#include "agent/core/clock_offset.h"

#include <algorithm>

namespace loads::agent {
namespace {

constexpr proto::Nanoseconds kLongest = std::chrono::hours(24 * 365 * 30);  // that clocks show; keeps the sums in range

bool is_sane(proto::Nanoseconds time) { return time >= proto::Nanoseconds(0) && time < kLongest; }

}  // namespace

void ClockOffset::add(const proto::BeatAnswer& answer, proto::Nanoseconds now) {
  if (!is_sane(answer.sent) || !is_sane(answer.received) || !is_sane(answer.answered) || answer.answered < answer.received ||
      now < answer.sent)
    return;
  const auto round_trip = (now - answer.sent) - (answer.answered - answer.received);
  if (round_trip < proto::Nanoseconds(0)) return;
  samples_[count_++ % samples_.size()] = {((answer.received - answer.sent) + (answer.answered - now)) / 2, round_trip};
}

const ClockOffset::Sample* ClockOffset::best() const {
  const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, samples_.size()));
  const auto found = std::min_element(samples_.begin(), end, [](const Sample& a, const Sample& b) { return a.round_trip < b.round_trip; });
  return found == end ? nullptr : &*found;
}

std::optional<proto::Nanoseconds> ClockOffset::error() const {
  const Sample* sample = best();
  if (sample == nullptr) return {};
  return sample->round_trip / 2;
}

proto::Nanoseconds ClockOffset::ours(proto::Nanoseconds theirs) const {
  const Sample* sample = best();
  return sample == nullptr ? theirs : theirs - sample->offset;
}

}  // namespace loads::agent
