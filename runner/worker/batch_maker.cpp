#include "runner/worker/batch_maker.h"

#include <algorithm>

#include "common/metrics/split.h"
#include "proto/codec.h"

namespace loads::runner {

void BatchMaker::add(const metrics::Slice& slice) {
  recorded_ += metrics::tally_of(slice);
  metrics::Slice& sum = slices_[slice.step];
  sum.step = slice.step;
  sum.merge(slice);
}

void BatchMaker::add(SliceQueue::Contents contents) {
  for (const metrics::Slice& slice : contents.slices) add(slice);
  steps_.insert(steps_.end(), contents.steps.begin(), contents.steps.end());
}

std::vector<metrics::Slice> BatchMaker::take_parts() {
  std::vector<metrics::Slice> parts;
  for (auto& [step, slice] : std::exchange(slices_, {})) {
    for (metrics::Slice& part : metrics::split(std::move(slice))) {
      if (!part.empty()) parts.push_back(std::move(part));
    }
  }
  return parts;
}

proto::Batch BatchMaker::next_batch(proto::Nanoseconds to) const {
  proto::Batch batch;
  batch.run = run_;
  batch.lease = lease_;
  batch.from = until_;
  batch.to = to;
  return batch;
}

void BatchMaker::put(metrics::Slice&& part, proto::Batch& batch) {
  sent_off_ += metrics::tally_of(part);
  batch.slices.push_back(std::move(part));
}

void BatchMaker::close(proto::Batch& batch, const metrics::Tally& engine) {
  batch.seq = ++seq_;
  batch.tally = sent_off_;
  batch.tally.sent = engine.sent;
  batch.tally.settled = engine.settled;
}

std::vector<proto::Batch> BatchMaker::cut(proto::Nanoseconds to, const metrics::Tally& engine, std::optional<proto::ShareResult> result,
                                          std::uint32_t users) {
  to = std::max(to, until_);
  std::vector<proto::Batch> batches{next_batch(to)};
  std::size_t filled = 0;  // bytes of the last batch's slices
  for (metrics::Slice& part : take_parts()) {
    const std::size_t size = proto::to_record(part).size();
    if (filled > 0 && filled + size > metrics::kMostPartSize) {
      close(batches.back(), engine);
      batches.push_back(next_batch(to));
      filled = 0;
    }
    filled += size;
    put(std::move(part), batches.back());
  }
  batches.back().steps = std::exchange(steps_, {});
  batches.back().result = std::move(result);
  batches.back().users = users;
  close(batches.back(), engine);
  until_ = to;
  return batches;
}

}  // namespace loads::runner
