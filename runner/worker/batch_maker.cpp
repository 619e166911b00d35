#include "runner/worker/batch_maker.h"

#include <algorithm>
#include <tuple>

#include "proto/packing.h"

namespace loads::runner {

void BatchMaker::add(const metrics::Slice& slice) {
  recorded_ += metrics::tally_of(slice);
  metrics::Slice& sum = slices_[slice.kind()];
  std::tie(sum.step, sum.warm_up) = slice.kind();
  sum.merge(slice);
}

void BatchMaker::add(SliceQueue::Contents contents) {
  for (const metrics::Slice& slice : contents.slices) add(slice);
  steps_.insert(steps_.end(), contents.steps.begin(), contents.steps.end());
}

std::vector<proto::Batch> BatchMaker::cut(proto::Nanoseconds to, const metrics::Tally& engine, std::optional<proto::ShareResult> result,
                                          std::uint32_t users) {
  proto::Batch whole;
  whole.run = run_;
  whole.lease = lease_;
  whole.seq = seq_ + 1;
  whole.from = until_;
  whole.to = until_ = std::max(to, until_);
  for (auto& [kind, slice] : std::exchange(slices_, {})) whole.slices.push_back(std::move(slice));
  whole.steps = std::exchange(steps_, {});
  whole.tally = engine;
  whole.result = std::move(result);
  whole.users = users;
  std::vector<proto::Batch> batches = proto::packed(std::move(whole), sent_off_);
  seq_ = batches.back().seq;
  sent_off_ = batches.back().tally;
  return batches;
}

}  // namespace loads::runner
