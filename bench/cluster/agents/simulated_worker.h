#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "proto/agent_messages.h"

namespace loads::bench {

// A worker that measures what a typical one does, and sends nothing to any target: 600 requests a second of three names, with log-normal
// times, handed over once a second at the instant at which a real worker does it. Says what it has to say when it is looked at.
class SimulatedWorker {
 public:
  // `apart`: by how much later than the agent before it in the run this one hands over its seconds.
  SimulatedWorker(const proto::Prepare& prepare, proto::Nanoseconds apart);

  void on(const proto::ToWorker& message, proto::Nanoseconds now);
  std::vector<proto::FromWorker> look(proto::Nanoseconds now);
  bool is_over() const { return over_; }

 private:
  proto::Batch next_batch(proto::Nanoseconds to);
  void conclude(proto::ShareEnd end, proto::Nanoseconds now, std::vector<proto::FromWorker>& out);

  std::string run_;
  proto::Lease lease_;
  std::uint32_t index_;
  proto::Nanoseconds phase_;
  proto::Nanoseconds duration_;
  bool prepared_ = false;
  bool stopped_ = false;
  bool over_ = false;
  std::optional<proto::Nanoseconds> begin_;
  proto::Nanoseconds next_{};   // batch
  proto::Nanoseconds until_{};  // since the beginning
  std::uint64_t seq_ = 0;
  metrics::Tally tally_;
};

}  // namespace loads::bench
