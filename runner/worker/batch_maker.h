#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/agent_messages.h"
#include "runner/slice_queue.h"

namespace loads::runner {

// Makes of what a share has measured the batches that travel: numbered from 1 without holes, of intervals that follow each other, and with
// totals that are the sum of their slices, which is what the broker checks. Pure; nothing is ever dropped: what is not cut yet is merged.
class BatchMaker {
 public:
  BatchMaker(std::string run, proto::Lease lease) : run_(std::move(run)), lease_(lease) {}

  void begin(proto::Nanoseconds at) { until_ = at; }  // of the first interval, since the start of the share

  void add(const metrics::Slice& slice);
  void add(SliceQueue::Contents contents);

  // Answered, unanswered and outcomes of everything that was added.
  const metrics::Tally& recorded() const { return recorded_; }

  // Everything added since the last time, until `to` (since the start of the share): one batch, more when it is too much for one message.
  // `engine` says what was sent and settled; read it after the slices were taken. The last batch carries `result`,
  // and `users`: how many were at work.
  std::vector<proto::Batch> cut(proto::Nanoseconds to, const metrics::Tally& engine, std::optional<proto::ShareResult> result = {},
                                std::uint32_t users = 0);

 private:
  const std::string run_;
  const proto::Lease lease_;
  std::map<metrics::Slice::Kind, metrics::Slice> slices_;  // not cut yet
  std::vector<SliceQueue::StepDuration> steps_;
  metrics::Tally recorded_;
  metrics::Tally sent_off_;  // the part of recorded_ that was cut
  std::uint64_t seq_ = 0;
  proto::Nanoseconds until_{};
};

}  // namespace loads::runner
