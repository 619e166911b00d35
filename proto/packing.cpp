#include "proto/packing.h"

#include <utility>

#include "common/metrics/split.h"
#include "proto/codec.h"

namespace loads::proto {
namespace {

std::vector<metrics::Slice> parts_of(std::vector<metrics::Slice> slices) {
  std::vector<metrics::Slice> parts;
  for (metrics::Slice& slice : slices) {
    for (metrics::Slice& part : metrics::split(std::move(slice))) {
      if (!part.empty()) parts.push_back(std::move(part));
    }
  }
  return parts;
}

// Fills one batch after another.
class Packer {
 public:
  Packer(const Batch& like, const metrics::Tally& before) : like_(like), counted_(before) { begin_batch(); }

  void put(metrics::Slice&& part) {
    const std::size_t size = to_record(part).size();
    if (filled_ > 0 && filled_ + size > metrics::kMostPartSize) begin_batch();
    filled_ += size;
    counted_ += metrics::tally_of(part);
    count(batches_.back());
    batches_.back().slices.push_back(std::move(part));
  }

  std::vector<Batch> take() { return std::move(batches_); }

 private:
  void begin_batch() {
    Batch batch;
    batch.run = like_.run;
    batch.lease = like_.lease;
    batch.seq = like_.seq + batches_.size();
    batch.from = like_.from;
    batch.to = like_.to;
    count(batch);
    batches_.push_back(std::move(batch));
    filled_ = 0;
  }

  // What was sent, and what is settled, is not a matter of slices.
  void count(Batch& batch) const {
    batch.tally = counted_;
    batch.tally.sent = like_.tally.sent;
    batch.tally.settled = like_.tally.settled;
  }

  const Batch& like_;
  metrics::Tally counted_;
  std::vector<Batch> batches_;
  std::size_t filled_ = 0;  // bytes of the last batch's slices
};

}  // namespace

std::vector<Batch> packed(Batch whole, const metrics::Tally& before) {
  Packer packer(whole, before);
  for (metrics::Slice& part : parts_of(std::move(whole.slices))) packer.put(std::move(part));
  std::vector<Batch> batches = packer.take();
  batches.back().steps = std::move(whole.steps);
  batches.back().result = std::move(whole.result);
  batches.back().users = whole.users;
  return batches;
}

}  // namespace loads::proto
