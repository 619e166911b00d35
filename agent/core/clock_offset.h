#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "proto/agent_messages.h"

namespace loads::agent {

// How far the broker's monotonic clock is ahead of ours, from the heartbeats' four times (RFC 5905, section 8): of the last few exchanges
// the quickest one counts, since the error is at most half of what the exchange took.
class ClockOffset {
 public:
  void add(const proto::BeatAnswer& answer, proto::Nanoseconds now);
  void forget() { *this = {}; }  // another broker, or another clock

  // Half the round trip of the best exchange; nothing before the first.
  std::optional<proto::Nanoseconds> error() const;
  // The broker's time on our clock.
  proto::Nanoseconds ours(proto::Nanoseconds theirs) const;

 private:
  struct Sample {
    proto::Nanoseconds offset{};
    proto::Nanoseconds round_trip{};
  };
  const Sample* best() const;

  std::array<Sample, 16> samples_{};
  std::size_t count_ = 0;
};

}  // namespace loads::agent
